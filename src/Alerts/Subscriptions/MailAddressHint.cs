using Alerts.Core;

namespace Alerts.Subscriptions;

/// <summary>
/// What to ask about an address that is allowed but probably a typing mistake: <c>jane@exmaple</c>, <c>jane@gmial.com</c>.
/// </summary>
internal static class MailAddressHint
{
    /// <summary>Domains under which most people have their mailbox.</summary>
    private static readonly string[] UsualDomains =
    [
        "aol.com", "example.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
        "icloud.com", "live.com", "mail.com", "msn.com", "outlook.com", "proton.me", "protonmail.com", "web.de",
        "yahoo.com", "yahoo.co.uk", "ymail.com",
    ];

    /// <param name="address">As <see cref="MailAddress.Stored"/> gives it.</param>
    /// <returns>Null when there is nothing to ask.</returns>
    public static string? Of(string address)
    {
        var at = address.LastIndexOf('@');
        var (name, domain) = (address[..at], address[(at + 1)..].ToLowerInvariant());
        var meant = UsualDomains.Contains(domain) ? null : Array.Find(UsualDomains, usual => IsMistyped(domain, usual));
        return meant is not null
            ? $"Did you mean {name}@{meant}? If {Problem.Quote(address)} is right, subscribe again."
            : !domain.Contains('.', StringComparison.Ordinal)
                ? $"{Problem.Quote(domain)} has no ending such as .com. If {Problem.Quote(address)} is right, subscribe again."
                : null;
    }

    /// <summary>
    /// At most one letter wrong, missing, added or swapped with its neighbour; or that without its ending.
    /// </summary>
    private static bool IsMistyped(string domain, string usual) =>
        TypingDistance.Of(domain, usual) <= 1
        || (
            !domain.Contains('.', StringComparison.Ordinal)
            && TypingDistance.Of(domain, usual[..usual.IndexOf('.', StringComparison.Ordinal)]) <= 1);
}
