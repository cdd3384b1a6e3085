using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Alerts.Due;

namespace Alerts.Stores.TableStorage;

/// <summary>Builds keys. Table Storage sorts them as text and rejects the characters <c>/ \ # ?</c>.</summary>
internal static class Keys
{
    /// <summary>
    /// Number of shards of a date's rows. At 5,000 alerts/s of one date, each a row that is inserted, claimed and
    /// settled, a partition has 470 operations a second, of the 2,000 that it supports (Azure Table Storage
    /// scalability targets).
    /// </summary>
    public const int Shards = 32;

    /// <summary>Takes the place of the date id for service messages. A date id never contains an underscore.</summary>
    public const string NoDate = "_service";

    // Milliseconds from the year 1 to 1970, so that all instants are positive.
    private const long Offset = 62_135_596_800_000;

    // The largest number of 15 digits.
    private const long LastKey = 999_999_999_999_999;

    public static int ShardOf(string subscriptionId) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(subscriptionId))[0] % Shards;

    public static string Shard(int shard) => shard.ToString("D2", CultureInfo.InvariantCulture);

    public static string Shard(string subscriptionId) => Shard(ShardOf(subscriptionId));

    /// <summary>A key that sorts in the order of instants.</summary>
    public static string Of(Instant at) =>
        Math.Max(0, at.ToUnixTimeMilliseconds() + Offset).ToString("D15", CultureInfo.InvariantCulture);

    /// <summary>A key that sorts in the reverse order of instants.</summary>
    public static string Descending(Instant at) =>
        (LastKey - Math.Max(0, at.ToUnixTimeMilliseconds() + Offset)).ToString("D15", CultureInfo.InvariantCulture);

    public static Instant InstantOf(string key) =>
        Instant.FromUnixTimeMilliseconds(long.Parse(key, CultureInfo.InvariantCulture) - Offset);

    public static string Day(Instant at) =>
        Math.Max(0, (at.ToUnixTimeMilliseconds() + Offset) / NodaConstants.MillisecondsPerDay)
            .ToString("D7", CultureInfo.InvariantCulture);

    /// <summary>The row key of a version; the newest version sorts first.</summary>
    public static string Version(int number) =>
        "v|" + (1_000_000_000 - number).ToString("D10", CultureInfo.InvariantCulture);

    public static string Hash(string text) => Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 26);

    public static string LedgerPartition(string dateId, string subscriptionId) => $"{dateId}|{Shard(subscriptionId)}";

    public static string LedgerRow(string subscriptionId, int revision, AlertKind kind, string lead) => string.Create(
        CultureInfo.InvariantCulture, $"{subscriptionId}|{revision:D6}|{(int)kind}|{lead.Replace('/', '~')}");

    /// <summary>A key that sorts after all keys with the prefix.</summary>
    public static string After(string prefix) => prefix + "~";
}
