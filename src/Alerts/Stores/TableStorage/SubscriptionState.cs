using System.Globalization;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>A subscription with all its recorded states, backed by its entity.</summary>
internal sealed class SubscriptionState(TableEntity entity, ChannelKind channel)
{
    /// <summary>
    /// Maximum number of recorded states. An entity holds at most 1 MiB at two bytes per character (Azure Table
    /// Storage), and a recorded state takes at most 82 characters.
    /// </summary>
    private const int MaxVersions = 5_500;

    private const string ChannelName = "Channel";
    private const string StatusName = "Status";

    /// <summary>The properties that <see cref="KindOf"/> needs, to read no others.</summary>
    public static readonly IReadOnlyList<string> ChannelAndStatus = [ChannelName, StatusName];

    public SubscriptionState(TableEntity entity, ChannelKinds channels)
        : this(entity, channels.Of(entity.Text(ChannelName)))
    {
    }

    public SubscriptionState(Subscription made, PreferenceSet preferenceSet, long order)
        : this(new TableEntity(Keys.Shard(made.Id), made.Id)
        {
            [ChannelName] = made.Channel.Name,
            ["Address"] = made.Address,
            [FirstNames.DestinationKey] = made.Channel.DestinationKeyOf(made.Address),
            ["CreatedAt"] = made.CreatedAt.ToUnixTimeMilliseconds(),
            ["Generation"] = made.Generation,
            ["Format"] = made.Format.Word(),
            ["Client"] = made.Client,
        }, made.Channel)
    {
        (Secrets, Contact, IsEdited) = (made.Secrets, made.Contact, false);
        SetPreferences(made.Preferences, preferenceSet.Key, made.CreatedAt, order);
        Set(made.Status, made.CreatedAt, order);
    }

    public TableEntity Entity => entity;

    public string Id => entity.RowKey;

    public string Channel => channel.Name;

    public long DestinationKey => entity.DestinationKey();

    public string PreferenceSet
    {
        get => entity.Text(FirstNames.PreferenceSet);
        private set => entity[FirstNames.PreferenceSet] = value;
    }

    public SubscriptionStatus Status
    {
        get => (SubscriptionStatus)entity.Number(StatusName);
        private set => entity[StatusName] = (int)value;
    }

    public Instant CreatedAt => entity.Instant("CreatedAt");

    public Instant Since
    {
        get => entity.Instant("Since");
        private set => entity.SetInstant("Since", value);
    }

    /// <summary>The recording number of its last confirmation or edit; 0 if an earlier version recorded it.</summary>
    public long SinceOrder
    {
        get => entity.GetInt64("SinceOrder") ?? 0;
        private set => entity["SinceOrder"] = value;
    }

    private Instant? EndedAt
    {
        get => entity.InstantOrNull("EndedAt");
        set => entity.SetInstant("EndedAt", value);
    }

    private Contact? Contact
    {
        get => entity.GetString("Contact") is { Length: > 0 } address
            ? new Contact(address, entity.GetBoolean("ContactConfirmed") ?? false) : null;
        set => (entity["Contact"], entity["ContactConfirmed"]) = (value?.Address, value?.IsConfirmed ?? false);
    }

    private IReadOnlyList<WebhookSecret> Secrets
    {
        get => StoredSecrets.Read(entity.Text("Secrets"));
        set => entity["Secrets"] = StoredSecrets.Write(value);
    }

    public bool IsOwedAlerts => Status.IsOwedAlerts();

    /// <summary>
    /// An entity written by an earlier version has no such property. It counts as edited if it has more states than
    /// creation and confirmation.
    /// </summary>
    private bool IsEdited
    {
        get => entity.GetBoolean("Edited") ?? Versions.Count > 2;
        set => entity["Edited"] = value;
    }

    public EndpointHealth Health
    {
        get => new()
        {
            FailingSince = entity.InstantOrNull("FailingSince"),
            Quick = entity.GetInt32("Quick"),
            Run = entity.InstantOrNull("FailuresSince") is { } since
                ? new FailureRun(since, entity.Instant("FailedAt"), entity.Number("Failures")) : null,
        };
        set
        {
            (entity["FailingSince"], entity["Quick"]) = (value.FailingSince?.ToUnixTimeMilliseconds(), value.Quick);
            (entity["FailuresSince"], entity["FailedAt"]) =
                (value.Run?.Since.ToUnixTimeMilliseconds(), value.Run?.Last.ToUnixTimeMilliseconds());
            entity["Failures"] = value.Run?.Count;
        }
    }

    /// <summary>All recorded states, oldest first.</summary>
    public IReadOnlyList<RecordedState> Versions =>
        [.. (entity.FindText("Versions") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(RecordedState.Read)];

    public Subscription Subscription => new(
        Id, channel, entity.Text("Address"), Status, CreatedAt, Since, entity.Preferences(),
        entity.Number("Generation"), Secrets, Contact, Health.FailingSince)
    {
        Format = WebhookFormats.Of(entity.Text("Format"))
            ?? throw new FormatException("A stored subscription has an unknown format."),
        IsEdited = IsEdited,
        Client = entity.GetString("Client") ?? "",
        Quick = Health.Quick,
        EndedAt = Status == SubscriptionStatus.Ended ? EndedAt : null,
        StatusBeforeEnd = Status == SubscriptionStatus.Ended
            ? Versions.LastOrDefault(version => version.Status != SubscriptionStatus.Ended)?.Status : null,
    };

    /// <summary>The channel and status of an entity that holds at least these.</summary>
    public static (string Channel, SubscriptionStatus Status) KindOf(TableEntity entity) =>
        (entity.Text(ChannelName), (SubscriptionStatus)entity.Number(StatusName));

    /// <param name="order">The recording number.</param>
    private void SetPreferences(Preferences preferences, string preferenceSet, Instant since, long order)
    {
        entity.SetPreferences(preferences);
        (PreferenceSet, Since, SinceOrder) = (preferenceSet, since, order);
    }

    /// <summary>Replaces the preferences with others, and records the new state.</summary>
    public void Edit(Preferences preferences, string preferenceSet, Instant now, long order)
    {
        SetPreferences(preferences, preferenceSet, now, order);
        IsEdited = Status != SubscriptionStatus.Pending || IsEdited;
        Record(now, order);
    }

    /// <summary>Replaces the preferences as written with others of the same meaning.</summary>
    public void Reword(Preferences preferences) => entity.SetPreferences(preferences);

    public void Set(SubscriptionStatus status, Instant now, long order)
    {
        Status = status;
        if (status == SubscriptionStatus.Ended)
        {
            EndedAt = now;
        }

        Record(now, order);
    }

    public void Activate(Instant now, long order)
    {
        if (Status == SubscriptionStatus.Pending)
        {
            // One that was disabled has been a follower all the time.
            (Since, SinceOrder) = (now, order);
        }

        Set(SubscriptionStatus.Active, now, order);
    }

    /// <summary>Resumes an ended subscription. It is owed alerts again, as if it had just been confirmed.</summary>
    public void Resume(SubscriptionStatus before, Instant now, long order)
    {
        (Since, SinceOrder, EndedAt) = (now, order, null);
        Set(before, now, order);
    }

    public void Rotate(Instant now) => Secrets = NewSubscription.Rotated(Secrets, now);

    public void ConfirmContact() => Contact = Contact is { } contact ? contact with { IsConfirmed = true } : null;

    public void ForgetContact() => Contact = null;

    public void Erase()
    {
        (entity["Address"], Secrets, entity["Client"]) = ("", [], "");
        ForgetContact();
    }

    /// <summary>Appends the current state to the recorded states.</summary>
    private void Record(Instant now, long order)
    {
        if (Versions.Count >= MaxVersions)
        {
            throw new InvalidOperationException($"A subscription can be changed {MaxVersions} times: {Id} has been.");
        }

        entity.SetText("Versions", entity.FindText("Versions") + new RecordedState(
            now, Status, Since, PreferenceSet, order).Write() + "\n");
    }

    /// <summary>Whether another mail of a kind may be sent within the hourly limit. If so, this counts it.</summary>
    public bool TryCountEmail(string message, Instant now)
    {
        var anHourAgo = (now - Duration.FromHours(1)).ToUnixTimeMilliseconds();
        var asked = (entity.GetString("Asked") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) > anHourAgo).ToList();
        if (asked.Count(line => line.StartsWith(message + " ", StringComparison.Ordinal))
            >= SubscriptionLimits.ConfirmationsAnHour)
        {
            return false;
        }

        asked.Add(FormattableString.Invariant($"{message} {now.ToUnixTimeMilliseconds()}"));
        entity["Asked"] = string.Join('\n', asked);
        return true;
    }
}

/// <summary>One recorded state of a subscription.</summary>
/// <param name="Order">The recording number; 0 if an earlier version of the service recorded it.</param>
internal sealed record RecordedState(
    Instant RecordedAt, SubscriptionStatus Status, Instant Since, string PreferenceSet, long Order)
{
    public bool IsOwedAlerts => Status.IsOwedAlerts();

    public static RecordedState Read(string line) =>
        line.Split(' ') is [var at, var status, var since, var preferenceSet, .. var order]
        ? new(
            At(at), (SubscriptionStatus)int.Parse(status, CultureInfo.InvariantCulture), At(since), preferenceSet,
            order is [var number] ? long.Parse(number, CultureInfo.InvariantCulture) : 0)
        : throw new FormatException("A recorded state has five parts, or four when an earlier version recorded it.");

    public string Write()
    {
        var (at, since) = (RecordedAt.ToUnixTimeMilliseconds(), Since.ToUnixTimeMilliseconds());
        return FormattableString.Invariant($"{at} {(int)Status} {since} {PreferenceSet} {Order}");
    }

    private static Instant At(string text) =>
        Instant.FromUnixTimeMilliseconds(long.Parse(text, CultureInfo.InvariantCulture));
}
