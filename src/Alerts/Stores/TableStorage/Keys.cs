using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using Alerts.Due;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>Partition and row keys. Table Storage sorts them as text and refuses <c>/ \ # ?</c>.</summary>
internal static class Keys
{
    /// <summary>
    /// Shards of what is written together: 5,000 alerts/s of one date, each a row inserted, claimed and settled, are 470 operations
    /// a second and partition, of the 2,000 that one takes (Azure Table Storage scalability targets).
    /// </summary>
    public const int Shards = 32;

    /// <summary>Stands where service messages have no date; no id of a date has an underscore.</summary>
    public const string NoDate = "_service";

    private const long Offset = 62_135_596_800_000; // milliseconds from year 1 to 1970, so that all instants are positive

    public static int ShardOf(string subscriptionId) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(subscriptionId))[0] % Shards;

    public static string Shard(int shard) => shard.ToString("D2", CultureInfo.InvariantCulture);

    public static string Shard(string subscriptionId) => Shard(ShardOf(subscriptionId));

    /// <summary>Sorts as the instants do.</summary>
    public static string Of(Instant at) =>
        Math.Max(0, at.ToUnixTimeMilliseconds() + Offset).ToString("D15", CultureInfo.InvariantCulture);

    public static Instant InstantOf(string key) =>
        Instant.FromUnixTimeMilliseconds(long.Parse(key, CultureInfo.InvariantCulture) - Offset);

    public static string Day(Instant at) =>
        Math.Max(0, (at.ToUnixTimeMilliseconds() + Offset) / NodaConstants.MillisecondsPerDay)
            .ToString("D7", CultureInfo.InvariantCulture);

    /// <summary>The newest version first.</summary>
    public static string Version(int number) =>
        "v|" + (1_000_000_000 - number).ToString("D10", CultureInfo.InvariantCulture);

    public static string Hash(string text) => Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 26);

    public static string LedgerPartition(string dateId, string subscriptionId) => $"{dateId}|{Shard(subscriptionId)}";

    public static string LedgerRow(string subscriptionId, int revision, AlertKind kind, string lead) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{subscriptionId}|{revision:D6}|{(int)kind}|{lead.Replace('/', '~')}");

    /// <summary>The first key after all that begin so.</summary>
    public static string After(string prefix) => prefix + "~";
}
