using MimeKit;

namespace Alerts.Subscriptions;

/// <summary>
/// The mail addresses one can subscribe: a plain <c>local@domain</c> of ASCII characters. Quoted local parts, domain
/// literals and names beside the address are legal in mail but are, in a form, mistakes or attempts to smuggle headers.
/// </summary>
internal static class MailAddress
{
    /// <summary>RFC 5321, section 4.5.3.1.3: a path of 256 octets, less its angle brackets.</summary>
    private const int Longest = 254;

    /// <summary>RFC 5321, section 4.5.3.1.1.</summary>
    private const int LongestLocalPart = 64;

    /// <summary>RFC 1035, section 2.3.4.</summary>
    private const int LongestLabel = 63;

    /// <summary>What is wrong with an address, as a sentence; null when it is good.</summary>
    public static string? Problem(string address)
    {
        if (address.Length > Longest)
        {
            return FormattableString.Invariant($"The address has {address.Length} characters; write one of at most {Longest}.");
        }

        var at = address.LastIndexOf('@');
        var isPlain = at > 0 && at <= LongestLocalPart
            && address.All(c => char.IsAscii(c) && !char.IsControl(c) && c is not ('"' or ' '))
            && MailboxAddress.TryParse(address, out var mailbox)
            && mailbox.GetAddress(idnEncode: true) == address // Address itself shows xn-- names decoded
            && string.IsNullOrEmpty(mailbox.Name)
            && IsDomain(address[(at + 1)..]);
        return isPlain ? null : $"{Web.Problem.Quote(address)} is not a mail address; write it as name@example.com.";
    }

    private static bool IsDomain(string domain) =>
        domain.Split('.').All(label =>
            label.Length is > 0 and <= LongestLabel
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && label[0] != '-' && label[^1] != '-');
}
