using System.Security.Cryptography;
using Alerts.Subscriptions;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The tables of one storage account, and the service's own key. The first use opens the tables and creates any that
/// are missing, so an unreachable account fails that use and not the start of the process. Every member throws an
/// <see cref="IOException"/> while the tables cannot be opened.
/// </summary>
/// <param name="real">Real time.</param>
internal sealed class Tables(TableServiceClient service, TimeProvider real)
{
    private const string KeyPartition = "key";
    private const string KeyRow = "token";

    /// <summary>Time limit of one attempt to open the tables. Callers wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long further uses fail with the same error after a failed attempt.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock opening = new();
    private readonly TableClient dates = service.GetTableClient("alertsdates");
    private readonly TableClient subscriptions = service.GetTableClient("alertssubscriptions");
    private readonly TableClient plan = service.GetTableClient("alertsplan");
    private readonly TableClient ledger = service.GetTableClient("alertsledger");
    private readonly TableClient state = service.GetTableClient("alertsstate");
    private StoredTokenKey? key;
    private IOException? failure;
    private long failedAt;

    /// <summary>The service's key, created by the first process that opens the tables.</summary>
    public StoredTokenKey Key => key ?? Open();

    /// <summary>
    /// One partition per date, with its versions, its change notes and the shipped entries it has had; and the list
    /// of current versions.
    /// </summary>
    public TableClient Dates => Opened(dates);

    /// <summary>Subscriptions, in shards by id, and their indexes by preference set, by address and by age.</summary>
    public TableClient Subscriptions => Opened(subscriptions);

    /// <summary>Preference sets, the index of followers, and the plan with one partition per day.</summary>
    public TableClient Plan => Opened(plan);

    /// <summary>The ledger, in partitions by date and shard, and its indexes.</summary>
    public TableClient Ledger => Opened(ledger);

    /// <summary>The watcher's state, intents, the sweep index, sources, idempotency keys, the service's key.</summary>
    public TableClient State => Opened(state);

    private TableClient Opened(TableClient table)
    {
        _ = Key;
        return table;
    }

    private StoredTokenKey Open()
    {
        lock (opening)
        {
            if (key is not null)
            {
                return key;
            }

            if (failure is not null && real.GetElapsedTime(failedAt) < Pause)
            {
                throw new IOException(failure.Message, failure.InnerException);
            }

            using var patience = new CancellationTokenSource(Patience, real);
            try
            {
                // The key is created last: if it exists, so does everything else.
                return key = FindKey(patience.Token) ?? CreateAll(patience.Token);
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException
                or AuthenticationFailedException or OperationCanceledException)
            {
                var last = e is AggregateException { InnerExceptions: [.., var of] } ? of : e; // of several tries
                var reason = (last as RequestFailedException)?.ErrorCode ?? last.Message;
                failure = new IOException($"cannot use the tables of {service.Uri.Host}: {reason}", e);
                failedAt = real.GetTimestamp();
                throw failure;
            }
        }
    }

    private StoredTokenKey? FindKey(CancellationToken cancel) =>
        state.GetEntityIfExists<TableEntity>(KeyPartition, KeyRow, cancellationToken: cancel)
            is { HasValue: true, Value: { } found }
            ? new StoredTokenKey(found.GetBinary("Value")) : null;

    private StoredTokenKey CreateAll(CancellationToken cancel)
    {
        foreach (var table in (TableClient[])[dates, subscriptions, plan, ledger, state])
        {
            table.CreateIfNotExists(cancel);
        }

        try
        {
            var bytes = RandomNumberGenerator.GetBytes(32);
            state.AddEntity(new TableEntity(KeyPartition, KeyRow) { ["Value"] = bytes }, cancel);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Another process was faster.
        }

        return FindKey(cancel) ?? throw new InvalidOperationException("The service's key was there a moment ago.");
    }
}

/// <summary>
/// Stored names from the first version of the service, for what the code now calls otherwise. They must not change:
/// stored data stays readable.
/// </summary>
internal static class FirstNames
{
    public const string Preferences = "Wish";
    public const string PreferenceSet = "Schedule";
    public const string DestinationKey = "Lane";
}

/// <summary>Reads and writes the properties of entities.</summary>
internal static class EntityValues
{
    public static Instant Instant(this TableEntity entity, string name) =>
        NodaTime.Instant.FromUnixTimeMilliseconds(entity.GetInt64(name)!.Value); // always written

    public static Instant? InstantOrNull(this TableEntity entity, string name) =>
        entity.GetInt64(name) is { } at ? NodaTime.Instant.FromUnixTimeMilliseconds(at) : null;

    public static void SetInstant(this TableEntity entity, string name, Instant? at) =>
        entity[name] = at?.ToUnixTimeMilliseconds();

    public static int Number(this TableEntity entity, string name) => entity.GetInt32(name)!.Value; // always written

    public static string Text(this TableEntity entity, string name) => entity.GetString(name)!; // always written

    public static long DestinationKey(this TableEntity entity) => entity.GetInt64(FirstNames.DestinationKey) ?? 0;

    public static Preferences Preferences(this TableEntity entity) =>
        PreferencesJson.FromStored(entity.FindText(FirstNames.Preferences)!); // always written

    public static void SetPreferences(this TableEntity entity, Preferences preferences) =>
        entity.SetText(FirstNames.Preferences, PreferencesJson.ToStored(preferences));
}

/// <summary>
/// Stores text that may be too long for one property of an entity, spread over the properties <c>Name0</c>,
/// <c>Name1</c>, …
/// </summary>
internal static class LongText
{
    /// <summary>Characters per property: it holds 64 KiB, at two bytes per character (Azure Table Storage).</summary>
    private const int MaxInProperty = 32_000;

    /// <summary>Returns the text; null if there is none.</summary>
    public static string? FindText(this TableEntity entity, string name) => entity.GetString(name + "0") is null
        ? null : string.Concat(Parts(entity, name).Select(entity.GetString));

    /// <param name="text">The text; null for none. The whole entity holds at most 1 MiB.</param>
    public static void SetText(this TableEntity entity, string name, string? text)
    {
        foreach (var part in Parts(entity, name).ToList())
        {
            entity.Remove(part);
        }

        for (var (part, from) = (0, 0); from < text?.Length; part++, from += MaxInProperty)
        {
            entity[FormattableString.Invariant($"{name}{part}")] = text.Substring(
                from, Math.Min(MaxInProperty, text.Length - from));
        }
    }

    private static IEnumerable<string> Parts(TableEntity entity, string name) =>
        Enumerable.Range(0, int.MaxValue).Select(part => FormattableString.Invariant($"{name}{part}"))
            .TakeWhile(entity.ContainsKey);
}
