using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using Azure;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>A row of the ledger, backed by its entity.</summary>
internal sealed class LedgerRow(TableEntity entity)
{
    /// <summary>
    /// Maximum length of the log in characters of two bytes, so that the entity stays below 1 MiB
    /// (Azure Table Storage).
    /// </summary>
    private const int MaxLog = 400_000;

    private const string KindName = "Kind";
    private const string StateName = "State";

    /// <summary>The condition for rows that wait or are being sent.</summary>
    public const string IsOpen = $"{StateName} le 2";

    /// <summary>The properties of <see cref="Kind"/> and <see cref="State"/>, to read no others.</summary>
    public static readonly IReadOnlyList<string> KindAndState = [KindName, StateName];

    public LedgerRow(
        LedgerName name, string channel, long destinationKey, Instant dueAt, Instant? expires, Instant nextAt,
        Instant createdAt, ServiceMessage? message = null)
        : this(
            new TableEntity(PartitionOf(name), RowKeyOf(name))
            {
                ["Subscription"] = name.SubscriptionId,
                ["Date"] = name.KeyDateId,
                ["Revision"] = name.Revision,
                [KindName] = (int)name.Kind,
                ["Lead"] = name.Lead,
                ["Channel"] = channel,
                [FirstNames.DestinationKey] = destinationKey,
                ["CreatedAt"] = createdAt.ToUnixTimeMilliseconds(),
                ["Message"] = message?.ToString(),
            }) =>
        (DueAt, Expires, NextAt, State, Number, Failures, IsResent) =
            (dueAt, expires, nextAt, DeliveryState.Queued, 1, 0, false);

    /// <summary>Rebuilds a row from the data in its message; null if the row must be read.</summary>
    public static LedgerRow? AsWritten(ClaimRequest send) => send.Message.Written?[send.Place] is not { } written
        ? null
        : new LedgerRow(
            send.Alert, send.Message.Channel, send.Message.DestinationKey, written.DueAt, written.Expires,
            send.Message.NotBefore, written.CreatedAt)
        {
            Entity = { ETag = new ETag(written.Tag) },
        };

    public TableEntity Entity => entity;

    /// <summary>A copy that can be changed independently.</summary>
    public LedgerRow Copy() => new(new TableEntity(entity));

    public LedgerName Name => new(SubscriptionId, DateId, Revision, Kind, Lead);

    public string SubscriptionId => entity.Text("Subscription");

    public string DateId => entity.Text("Date");

    /// <summary>The group of its partitions: the date's id; <see cref="Keys.NoDate"/> for service messages.</summary>
    public string Group => GroupOf(Name);

    public int Revision => entity.Number("Revision");

    public AlertKind Kind => (AlertKind)entity.Number(KindName);

    public string Lead => entity.Text("Lead");

    public string Channel => entity.Text("Channel");

    public long DestinationKey => entity.DestinationKey();

    public Instant CreatedAt => entity.Instant("CreatedAt");

    public ServiceMessage? Message =>
        entity.GetString("Message") is { } message ? Enum.Parse<ServiceMessage>(message) : null;

    public Instant DueAt
    {
        get => entity.Instant("DueAt");
        set => entity.SetInstant("DueAt", value);
    }

    public Instant? Expires
    {
        get => entity.InstantOrNull("Expires");
        set => entity.SetInstant("Expires", value);
    }

    /// <summary>Set exactly while the row is queued, retrying, or sending in doubt.</summary>
    public Instant? NextAt
    {
        get => entity.InstantOrNull("NextAt");
        set => entity.SetInstant("NextAt", value);
    }

    public DeliveryState State
    {
        get => (DeliveryState)entity.Number(StateName);
        set => entity[StateName] = (int)value;
    }

    /// <summary>The number of its latest send.</summary>
    public int Number
    {
        get => entity.Number("Number");
        set => entity["Number"] = value;
    }

    public int Failures
    {
        get => entity.Number("Failures");
        set => entity["Failures"] = value;
    }

    public bool IsResent
    {
        get => entity.GetBoolean("Resent") ?? false;
        set => entity["Resent"] = value;
    }

    public Instant? AttemptAt
    {
        get => entity.InstantOrNull("AttemptAt");
        set => entity.SetInstant("AttemptAt", value);
    }

    /// <summary>
    /// The recording number of the start of its last attempt. Null before the first attempt, or if an earlier version
    /// of the service began it.
    /// </summary>
    public long? Begun
    {
        get => entity.GetInt64("Begun");
        set => entity["Begun"] = value;
    }

    /// <summary>All attempts, including the one under way.</summary>
    public IReadOnlyList<Attempt> Attempts => AttemptLog.Of(Log, State, NextAt, AttemptAt, Begun);

    /// <summary>The facts from which the subscription's knowledge is derived.</summary>
    public NotificationRow Notification => new(Revision, Log, State, NextAt, AttemptAt, Begun);

    /// <summary>Until when, in real time, no other process may take the row over.</summary>
    public DateTimeOffset? LeasedUntil
    {
        get => entity.GetDateTimeOffset("LeasedUntil");
        set => entity["LeasedUntil"] = value;
    }

    /// <summary>The log of attempts. If it is too long, the answers of older attempts are dropped.</summary>
    public string? Log
    {
        get => entity.FindText("Log");
        set => entity.SetText(
            "Log",
            value?.Length > MaxLog ? AttemptLog.WithoutAnswers(value, butTheNewest: RetryPolicy.MaxAttempts) : value);
    }

    public string? Reason
    {
        get => entity.GetString("Reason");
        set => entity["Reason"] = value;
    }

    /// <summary>The id (<c>ag_…</c>) of the digest of its last attempt; null if it was sent alone.</summary>
    public string? DigestId
    {
        get => entity.GetString("Mail");
        set => entity["Mail"] = value;
    }

    /// <summary>
    /// The keys of all alerts of a digest, on the row with which its first claim began, until that attempt has ended.
    /// Rows among them that were not claimed any more, because the process ended, belong to the digest all the same.
    /// </summary>
    public IReadOnlyList<string> DigestKeys
    {
        get => entity.GetString("MailKeys")?.Split(' ') ?? [];
        set => entity["MailKeys"] = value.Count == 0 ? null : string.Join(' ', value);
    }

    /// <summary>The key of its entry in the <see cref="GaveUpList"/>.</summary>
    public string? GaveUp
    {
        get => entity.GetString("GaveUp");
        set => entity["GaveUp"] = value;
    }

    /// <summary>
    /// Whether its last attempt failed. Such messages use a queue of their own, so that they do not occupy the
    /// workers of others.
    /// </summary>
    public bool IsSlow => Failures > 0;

    public bool IsWaiting => NextAt is not null;

    /// <summary>Whether it waits for its first attempt, unchanged since its insertion, and its ETag is known.</summary>
    public bool IsFresh => IsWaiting && Number == 1 && Message is null && entity.ETag != default;

    /// <summary>Whether an attempt was begun, whatever its outcome.</summary>
    public bool WasAttempted => Log is not null || State == DeliveryState.Sending;

    public DueRow Due => new(Revision, Kind, Lead, DueAt, Expires, Log is null, IsResent, Message);

    /// <summary>A condition that also excludes index entries: only rows of the ledger have a kind.</summary>
    public static string In(DeliveryFilter filter) =>
        KindName + (filter.Kind is { } kind ? $" eq {kind:D}" : filter.IsAlertsOnly ? " ge 1" : " ge 0")
        + (filter.State is { } state ? $" and {StateName} eq {state:D}" : "");

    public static string PartitionOf(LedgerName name) => Keys.LedgerPartition(GroupOf(name), name.SubscriptionId);

    public static string RowKeyOf(LedgerName name) =>
        Keys.LedgerRow(name.SubscriptionId, name.Revision, name.Kind, name.Lead);

    /// <summary>Whether it waits for its first attempt as part of a digest whose claim has begun.</summary>
    /// <param name="begun">Keys of digests whose claim has begun (<see cref="DigestKeys"/>).</param>
    public bool IsOneOf(IReadOnlySet<string> begun) => IsFresh && begun.Contains(Name.Key);

    public void End(DeliveryState state, string? reason) =>
        (State, Reason, NextAt, DigestKeys) = (state, reason, null, []);

    /// <summary>
    /// Makes the row wait until <paramref name="at"/>, for a message with a new number. A row that had ended leaves
    /// its digest.
    /// </summary>
    public void Wait(DeliveryState state, Instant at)
    {
        DigestId = State.IsOpen() ? DigestId : null;
        (State, NextAt, Number, Reason, LeasedUntil) = (state, at, Number + 1, null, null);
    }

    /// <summary>Makes the row wait until <paramref name="at"/>, as queued or retrying, as its failures say.</summary>
    public void WaitAgain(Instant at) => Wait(Failures > 0 ? DeliveryState.Retrying : DeliveryState.Queued, at);

    /// <summary>Whether it may be worked on: it waits, or its lease has expired.</summary>
    /// <param name="real">Real time, by which leases are measured.</param>
    public bool IsFree(DateTimeOffset real) => IsWaiting || (State == DeliveryState.Sending && !(LeasedUntil > real));

    /// <summary>
    /// Ends an attempt whose lease has expired, so that the row is sent again; false when there is no such attempt.
    /// </summary>
    /// <param name="real">Real time, by which leases are measured.</param>
    /// <param name="at">The time now.</param>
    /// <param name="until">When it is sent again; null for at once.</param>
    public bool TryBreakOff(DateTimeOffset real, Instant at, RecordingOrder order, Instant? until = null)
    {
        if (IsWaiting || !IsFree(real))
        {
            return false;
        }

        Log = AttemptLog.Append(Log, Ended(Attempt.BrokenOff(AttemptAt ?? at), order));
        WaitAgain(until ?? at);
        return true;
    }

    /// <summary>
    /// Completes the record of the attempt under way: its place in the order of recording, in which it ends now, and
    /// the row's times.
    /// </summary>
    public Attempt Ended(Attempt attempt, RecordingOrder order) => attempt with
    {
        Begun = Begun,
        Ended = order.Next(),
        DueAt = attempt.DueAt ?? DueAt,
        Expires = attempt.Expires ?? Expires,
    };

    public Delivery ToDelivery() => new(
        Name.Key, SubscriptionId, Channel, DateId, Revision, Kind, Lead, DueAt, IsResent ? null : Expires, State,
        Reason, NextAt, AttemptLog.Read(Log))
    {
        Purpose = Message?.Purpose(),
    };

    private static string GroupOf(LedgerName name) => name.Kind == AlertKind.Service ? Keys.NoDate : name.KeyDateId;
}
