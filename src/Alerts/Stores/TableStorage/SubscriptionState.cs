using System.Globalization;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>A subscription over its entity, with all that was recorded of it.</summary>
internal sealed class SubscriptionState(TableEntity entity)
{
    /// <summary>
    /// An entity has at most 1 MiB, two bytes a character (Azure Table Storage); a recorded state takes at most 82.
    /// </summary>
    private const int MostVersions = 5_500;

    public SubscriptionState(Subscription made, PreferenceSet schedule, long order)
        : this(new TableEntity(Keys.Shard(made.Id), made.Id)
        {
            ["Channel"] = made.Channel,
            ["Address"] = made.Address,
            ["Lane"] = NewSubscription.DestinationKeyOf(made),
            ["CreatedAt"] = made.CreatedAt.ToUnixTimeMilliseconds(),
            ["Generation"] = made.Generation,
            ["Secrets"] = StoredSecrets.Write(made.Secrets),
            ["Contact"] = made.Contact?.Address,
            ["ContactConfirmed"] = false,
            ["Format"] = made.Format.Word(),
            ["Edited"] = false,
            ["Client"] = made.Client,
        })
    {
        Ask(made.Preferences, schedule.Key, made.CreatedAt, order);
        Set(made.Status, made.CreatedAt, order);
    }

    public TableEntity Entity => entity;

    public string Id => entity.RowKey;

    public string Channel => entity.Text("Channel");

    public long DestinationKey => entity.GetInt64("Lane") ?? 0;

    public string PreferenceSet => entity.Text("Schedule");

    public SubscriptionStatus Status => (SubscriptionStatus)entity.Number("Status");

    public Instant CreatedAt => entity.Instant("CreatedAt");

    public Instant Since => entity.Instant("Since");

    /// <summary>The order of its last confirmation or edit; 0 when an earlier version recorded it.</summary>
    public long SinceOrder => entity.GetInt64("SinceOrder") ?? 0;

    public bool IsOwedAlerts => Status is SubscriptionStatus.Active or SubscriptionStatus.Disabled;

    public EndpointHealth Health
    {
        get => new()
        {
            FailingSince = entity.InstantOrNull("FailingSince"),
            Quick = entity.GetInt32("Quick"),
            Run = entity.InstantOrNull("FailuresSince") is { } since
                ? new FailureRun(since, entity.Instant("FailedAt"), entity.Number("Failures"))
                : null,
        };
        set
        {
            (entity["FailingSince"], entity["Quick"]) = (value.FailingSince?.ToUnixTimeMilliseconds(), value.Quick);
            (entity["FailuresSince"], entity["FailedAt"]) =
                (value.Run?.Since.ToUnixTimeMilliseconds(), value.Run?.Last.ToUnixTimeMilliseconds());
            entity["Failures"] = value.Run?.Count;
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<RecordedState> Versions =>
        [
            .. (entity.FindText("Versions") ?? "")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(RecordedState.Read),
        ];

    public Subscription Subscription =>
        new(
            Id,
            Channel,
            entity.Text("Address"),
            Status,
            CreatedAt,
            Since,
            PreferencesJson.FromStored(entity.FindText("Wish")!),
            entity.Number("Generation"), // always written
            StoredSecrets.Read(entity.Text("Secrets")),
            entity.GetString("Contact") is { Length: > 0 } contact
                ? new Contact(contact, entity.GetBoolean("ContactConfirmed") ?? false)
                : null,
            Health.FailingSince)
        {
            Format = WebhookFormats.Of(entity.Text("Format"))
                ?? throw new FormatException("A stored subscription has an unknown format."),
            // where an earlier version wrote it: more than made and confirmed
            IsEdited = entity.GetBoolean("Edited") ?? Versions.Count > 2,
            Client = entity.GetString("Client") ?? "",
            Quick = Health.Quick,
            EndedAt = Status == SubscriptionStatus.Ended ? entity.InstantOrNull("EndedAt") : null,
            StatusBeforeEnd =
                Status == SubscriptionStatus.Ended
                    ? Versions.LastOrDefault(version => version.Status != SubscriptionStatus.Ended)?.Status
                    : null,
        };

    /// <param name="order">Its place in the order of recording.</param>
    public void Ask(Preferences preferences, string schedule, Instant since, long order)
    {
        entity.SetText("Wish", PreferencesJson.ToStored(preferences));
        entity["Schedule"] = schedule;
        entity["Since"] = since.ToUnixTimeMilliseconds();
        entity["SinceOrder"] = order;
    }

    /// <summary>Other preferences than before.</summary>
    public void Edit(Preferences preferences, string schedule, Instant now, long order)
    {
        Ask(preferences, schedule, now, order);
        entity["Edited"] = Status != SubscriptionStatus.Pending || (entity.GetBoolean("Edited") ?? Versions.Count > 2);
        Record(now, order);
    }

    /// <summary>Keeps the preferences as it was written, where it means the same.</summary>
    public void Reword(Preferences preferences) => entity.SetText("Wish", PreferencesJson.ToStored(preferences));

    public void Set(SubscriptionStatus status, Instant now, long order)
    {
        entity["Status"] = (int)status;
        if (status == SubscriptionStatus.Ended)
        {
            entity["EndedAt"] = now.ToUnixTimeMilliseconds();
        }

        Record(now, order);
    }

    public void Activate(Instant now, long order)
    {
        entity["Since"] = now.ToUnixTimeMilliseconds();
        if (Status == SubscriptionStatus.Pending)
        {
            // One that was disabled has been a follower all the time.
            entity["SinceOrder"] = order;
        }

        Set(SubscriptionStatus.Active, now, order);
    }

    /// <summary>It is owed alerts again, as one that was confirmed just now.</summary>
    public void Resume(SubscriptionStatus before, Instant now, long order)
    {
        (entity["Since"], entity["SinceOrder"], entity["EndedAt"]) = (now.ToUnixTimeMilliseconds(), order, null);
        Set(before, now, order);
    }

    public void Rotate(Instant now) =>
        entity["Secrets"] = StoredSecrets.Write(NewSubscription.Rotated(Subscription.Secrets, now));

    public void ConfirmContact() => entity["ContactConfirmed"] = true;

    public void ForgetContact() => (entity["Contact"], entity["ContactConfirmed"]) = (null, false);

    public void Erase()
    {
        (entity["Address"], entity["Secrets"], entity["Client"]) = ("", "[]", "");
        ForgetContact();
    }

    /// <summary>Adds the state as it is now to what was recorded.</summary>
    private void Record(Instant now, long order)
    {
        if (Versions.Count >= MostVersions)
        {
            throw new InvalidOperationException($"A subscription can be changed {MostVersions} times: {Id} has been.");
        }

        entity.SetText("Versions", entity.FindText("Versions") + new RecordedState(
            now, Status, Since, PreferenceSet, order).Write() + "\n");
    }

    /// <summary>Whether another mail of a kind may be asked for, which is then counted.</summary>
    public bool MayAsk(string message, Instant now)
    {
        var asked = (entity.GetString("Asked") ?? "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line =>
                long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)
                > (now - Duration.FromHours(1)).ToUnixTimeMilliseconds())
            .ToList();
        if (
            asked.Count(line => line.StartsWith(message + " ", StringComparison.Ordinal))
            >= SubscriptionLimits.ConfirmationsAnHour)
        {
            return false;
        }

        entity["Asked"] = string.Join(
            '\n',
            asked.Append(string.Create(CultureInfo.InvariantCulture, $"{message} {now.ToUnixTimeMilliseconds()}")));
        return true;
    }
}

/// <summary>One recorded state of a subscription.</summary>
/// <param name="Order">Its place in the order of recording; 0 when an earlier version recorded it.</param>
internal sealed record RecordedState(Instant RecordedAt, SubscriptionStatus Status, Instant Since, string PreferenceSet,
    long Order)
{
    public bool IsOwedAlerts => Status is SubscriptionStatus.Active or SubscriptionStatus.Disabled;

    public static RecordedState Read(string line) =>
        line.Split(' ') is [var at, var status, var since, var schedule, .. var order]
        ? new(
            At(at), (SubscriptionStatus)int.Parse(status, CultureInfo.InvariantCulture), At(since), schedule,
            order is [var number] ? long.Parse(number, CultureInfo.InvariantCulture) : 0)
        : throw new FormatException("A recorded state has five parts, or four when an earlier version recorded it.");

    public string Write() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{RecordedAt.ToUnixTimeMilliseconds()} {(int)Status} {Since.ToUnixTimeMilliseconds()} {PreferenceSet} {Order}"
        );

    private static Instant At(string text) =>
        Instant.FromUnixTimeMilliseconds(long.Parse(text, CultureInfo.InvariantCulture));
}
