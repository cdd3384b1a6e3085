using System.Security.Cryptography;
using System.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Computes the alert key from the wording of the contract (section 5), independently of the product's code.
/// </summary>
internal static class ContractKey
{
    public static string Of(string subscriptionId, string keyDateId, int revision, string kind, string lead)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(
            FormattableString.Invariant($"{subscriptionId}|{keyDateId}|{revision}|{kind}|{lead}")));
        var bits = string.Concat(hash.Select(octet => octet.ToString("b8", null)));
        return "al_"
            + string.Concat(
                bits.Chunk(5)
                    .Take(26)
                    .Select(five => "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(new string(five), 2)]));
    }
}
