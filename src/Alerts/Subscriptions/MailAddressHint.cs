using Alerts.Core;

namespace Alerts.Subscriptions;

/// <summary>
/// Suggests a correction for an address that is valid but probably mistyped: <c>jane@exmaple</c>,
/// <c>jane@gmial.com</c>.
/// </summary>
internal static class MailAddressHint
{
    /// <summary>Common domains of mailboxes.</summary>
    private static readonly string[] UsualDomains =
    [
        "aol.com", "example.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
        "icloud.com", "live.com", "mail.com", "msn.com", "outlook.com", "proton.me", "protonmail.com", "web.de",
        "yahoo.com", "yahoo.co.uk", "ymail.com",
    ];

    /// <summary>Returns a question about a probably mistyped address.</summary>
    /// <param name="address">In the form that <see cref="MailAddress.Stored"/> returns.</param>
    /// <returns>Null when the address looks right.</returns>
    public static string? Of(string address)
    {
        var at = address.LastIndexOf('@');
        var (name, domain) = (address[..at], address[(at + 1)..].ToLowerInvariant());
        var meant = UsualDomains.Contains(domain) ? null : Array.Find(UsualDomains, usual => IsMistyped(domain, usual));
        return meant is not null
            ? $"Did you mean {name}@{meant}? If {Problem.Quote(address)} is right, subscribe again."
            : !domain.Contains('.', StringComparison.Ordinal)
                ? $"{Problem.Quote(domain)} has no ending such as .com. "
                    + $"If {Problem.Quote(address)} is right, subscribe again."
                : null;
    }

    /// <summary>
    /// Whether a domain, with or without its ending, is one typing mistake away from a common one: one letter wrong,
    /// missing, added or swapped with its neighbour.
    /// </summary>
    private static bool IsMistyped(string domain, string usual) =>
        TypingDistance.Of(domain, usual) <= 1
        || (
            !domain.Contains('.', StringComparison.Ordinal)
            && TypingDistance.Of(domain, usual[..usual.IndexOf('.', StringComparison.Ordinal)]) <= 1);
}
