using System.Globalization;
using System.Text;
using MimeKit;

namespace Alerts.Subscriptions;

/// <summary>
/// Validates email addresses for subscriptions: a plain <c>local@domain</c> with an ASCII local part and an ASCII or
/// Unicode domain. Quoted local parts, domain literals and display names are legal in email, but in a form they are
/// mistakes or attempts at header injection.
/// </summary>
internal static class MailAddress
{
    /// <summary>RFC 5321, section 4.5.3.1.3: a path of 256 octets, minus its angle brackets.</summary>
    private const int Longest = 254;

    /// <summary>RFC 5321, section 4.5.3.1.1.</summary>
    private const int LongestLocalPart = 64;

    /// <summary>RFC 1035, section 2.3.4.</summary>
    private const int LongestLabel = 63;

    private const int IdeographicFullStop = 0x3002;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The problem with an address, as a sentence; null when it is valid.</summary>
    public static string? Problem(string address) =>
        address.Length == 0 ? "Enter your email address, such as name@example.com."
        : address.Length > Longest
            ? $"The address has {address.Length} characters; write one of at most {Longest}."
        : Stored(address) is null
            ? $"{Core.Problem.Quote(address)} is not an email address; write it as name@example.com."
            : null;

    /// <summary>Reads a member of a request; null when it is absent, or not valid and refused.</summary>
    public static string? Read(JsonObjectReader fields, string name, string? address)
    {
        if (address is not null && Problem(address) is { } problem)
        {
            fields.Refuse(name, problem);
        }

        return address is null ? null : Stored(address);
    }

    /// <summary>
    /// The address as it is stored and mailed, with a Unicode domain in its ASCII form; null when it is not valid.
    /// </summary>
    public static string? Stored(string address)
    {
        var at = address.LastIndexOf('@');
        if (at is < 1 or > LongestLocalPart || Domain(address[(at + 1)..]) is not { } domain)
        {
            return null;
        }

        var stored = address[..(at + 1)] + domain;
        return stored.Length <= Longest
            && stored.All(c => char.IsAscii(c) && !char.IsControl(c) && c is not ('"' or ' '))
            && MailboxAddress.TryParse(stored, out var mailbox)
            && mailbox.GetAddress(idnEncode: true) == stored // the Address property decodes xn--
            && string.IsNullOrEmpty(mailbox.Name) && IsDomain(domain)
                ? stored : null;
    }

    /// <summary>The ASCII form of a domain; null when it is not a valid name in any script.</summary>
    private static string? Domain(string domain)
    {
        if (Ascii.IsValid(domain))
        {
            return domain;
        }

        try
        {
            var name = domain.ToLowerInvariant();
            return name.EnumerateRunes().All(IsInNames) ? Idn.GetAscii(name) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a character may appear in a domain name: letters, marks and digits (RFC 5892), except combining accents
    /// and compatibility characters, for which Unicode has another form. Without the system's Unicode library these
    /// would be encoded without normalization, as a different name.
    /// </summary>
    private static bool IsInNames(Rune rune) => rune.Value is '.' or '-' or IdeographicFullStop
        || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            && rune.Value is not (0xAA or 0xBA or (>= 0x300 and <= 0x36F) or (>= 0x2100 and <= 0x218F)
                or (>= 0xFB00 and <= 0xFFEF) or (>= 0x1D400 and <= 0x1D7FF)));

    private static bool IsDomain(string domain) =>
        domain.Split('.').All(label =>
            label.Length is > 0 and <= LongestLabel
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-');
}

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
