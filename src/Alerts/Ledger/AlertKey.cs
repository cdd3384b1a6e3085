using System.Security.Cryptography;
using System.Text;
using Alerts.Due;

namespace Alerts.Ledger;

/// <summary>
/// Computes the deterministic id of an alert, which is the same everywhere the alert appears (product contract, section
/// 5).
/// </summary>
internal static class AlertKey
{
    private const string Several = "ag_";

    /// <summary>
    /// Returns <c>al_</c> and 26 lower-case base32 characters (RFC 4648) of the SHA-256 of
    /// <c>subscriptionId|keyDateId|revision|kind|lead</c>.
    /// </summary>
    /// <param name="lead">The lead as the subscription stores it, in upper case; <c>-</c> for a correction.</param>
    public static string Of(string subscriptionId, string keyDateId, int revision, AlertKind kind, string lead) =>
        "al_" + Hash(FormattableString.Invariant($"{subscriptionId}|{keyDateId}|{revision}|{kind.Word()}|{lead}"));

    /// <summary>
    /// Returns the id of a message that contains several alerts: <c>ag_</c> and 26 base32 characters of the SHA-256 of
    /// their keys, joined by <c>|</c>.
    /// </summary>
    /// <param name="keys">The alert keys, in the order of the message.</param>
    public static string OfSeveral(IEnumerable<string> keys) => Several + Hash(string.Join('|', keys));

    /// <summary>Whether an id belongs to a message that contains several alerts.</summary>
    public static bool IsOfSeveral(string id) => id.StartsWith(Several, StringComparison.Ordinal);

    private static string Hash(string text) => Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 26);
}
