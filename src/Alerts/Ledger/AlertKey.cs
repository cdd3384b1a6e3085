using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using Alerts.Due;

namespace Alerts.Ledger;

/// <summary>The deterministic id of an alert, the same everywhere it appears (product contract, section 5).</summary>
internal static class AlertKey
{
    /// <summary><c>al_</c> and 26 lower-case base32 characters (RFC 4648) of SHA-256 over <c>subscriptionId|keyDateId|revision|kind|lead</c>.</summary>
    /// <param name="lead">As the subscription holds it, upper case; <c>-</c> for a correction.</param>
    public static string Of(string subscriptionId, string keyDateId, int revision, AlertKind kind, string lead)
    {
        var text = FormattableString.Invariant($"{subscriptionId}|{keyDateId}|{revision}|{kind.Word()}|{lead}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return "al_" + Base32.LowerCase(hash, 26);
    }
}
