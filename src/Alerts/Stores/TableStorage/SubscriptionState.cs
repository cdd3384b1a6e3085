using System.Globalization;
using Alerts.Subscriptions;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>A subscription over its entity, with all that was recorded of it.</summary>
internal sealed class SubscriptionState(TableEntity entity)
{
    /// <summary>An entity has at most 1 MiB, two bytes a character (Azure Table Storage); a recorded state takes at most 62.</summary>
    private const int MostVersions = 7_500;

    public SubscriptionState(Subscription made, PreferenceSet schedule)
        : this(new TableEntity(Keys.Shard(made.Id), made.Id)
        {
            ["Channel"] = made.Channel,
            ["Address"] = made.Address,
            ["Lane"] = NewSubscription.LaneOf(made),
            ["CreatedAt"] = made.CreatedAt.ToUnixTimeMilliseconds(),
            ["Generation"] = made.Generation,
            ["Secrets"] = StoredSecrets.Write(made.Secrets),
            ["Exhausted"] = false,
            ["Contact"] = made.Contact?.Address,
            ["ContactConfirmed"] = false,
            ["Format"] = made.Format.Word(),
        })
    {
        Ask(made.Preferences, schedule.Key, made.CreatedAt);
        Set(made.Status, made.CreatedAt);
    }

    public TableEntity Entity => entity;

    public string Id => entity.RowKey;

    public string Channel => entity.Text("Channel");

    public long DestinationKey => entity.GetInt64("Lane") ?? 0;

    public string PreferenceSet => entity.Text("Schedule");

    public SubscriptionStatus Status => (SubscriptionStatus)entity.Number("Status");

    public Instant CreatedAt => entity.Instant("CreatedAt");

    public Instant Since => entity.Instant("Since");

    public bool IsOwedAlerts => Status is SubscriptionStatus.Active or SubscriptionStatus.Disabled;

    public EndpointHealth Health
    {
        get => new(entity.InstantOrNull("FailingSince"), entity.GetBoolean("Exhausted") ?? false);
        set => (entity["FailingSince"], entity["Exhausted"]) = (value.FailingSince?.ToUnixTimeMilliseconds(), value.HasExhausted);
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<RecordedState> Versions => [.. (entity.FindText("Versions") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(RecordedState.Read)];

    public Subscription Subscription => new(
        Id, Channel, entity.Text("Address"), Status, CreatedAt, Since, PreferencesJson.FromStored(entity.FindText("Wish")!), entity.Number("Generation"), // always written
        StoredSecrets.Read(entity.Text("Secrets")),
        entity.GetString("Contact") is { Length: > 0 } contact ? new Contact(contact, entity.GetBoolean("ContactConfirmed") ?? false) : null, Health.FailingSince)
    {
        Format = WebhookFormats.Of(entity.Text("Format")) ?? throw new FormatException("A stored subscription has an unknown format."),
    };

    public void Ask(Preferences preferences, string schedule, Instant since)
    {
        entity.SetText("Wish", PreferencesJson.ToStored(preferences));
        entity["Schedule"] = schedule;
        entity["Since"] = since.ToUnixTimeMilliseconds();
    }

    /// <summary>Keeps the preferences as it was written, where it means the same.</summary>
    public void Reword(Preferences preferences) => entity.SetText("Wish", PreferencesJson.ToStored(preferences));

    public void Set(SubscriptionStatus status, Instant now)
    {
        entity["Status"] = (int)status;
        if (status == SubscriptionStatus.Ended)
        {
            entity["EndedAt"] = now.ToUnixTimeMilliseconds();
        }

        Record(now);
    }

    public void Activate(Instant now)
    {
        entity["Since"] = now.ToUnixTimeMilliseconds();
        Set(SubscriptionStatus.Active, now);
    }

    public void Rotate(Instant now) => entity["Secrets"] = StoredSecrets.Write(NewSubscription.Rotated(Subscription.Secrets, now));

    public void ConfirmContact() => entity["ContactConfirmed"] = true;

    public void ForgetContact() => (entity["Contact"], entity["ContactConfirmed"]) = (null, false);

    public void Erase()
    {
        (entity["Address"], entity["Secrets"]) = ("", "[]");
        ForgetContact();
    }

    /// <summary>Adds the state as it is now to what was recorded.</summary>
    public void Record(Instant now)
    {
        if (Versions.Count >= MostVersions)
        {
            throw new InvalidOperationException($"A subscription can be changed {MostVersions} times: {Id} has been.");
        }

        entity.SetText("Versions", entity.FindText("Versions") + new RecordedState(now, Status, Since, PreferenceSet).Write() + "\n");
    }

    /// <summary>Whether another mail of a kind may be asked for, which is then counted.</summary>
    public bool MayAsk(string message, Instant now)
    {
        var asked = (entity.GetString("Asked") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) > (now - Duration.FromHours(1)).ToUnixTimeMilliseconds()).ToList();
        if (asked.Count(line => line.StartsWith(message + " ", StringComparison.Ordinal)) >= SubscriptionLimits.ConfirmationsAnHour)
        {
            return false;
        }

        entity["Asked"] = string.Join('\n', asked.Append(string.Create(CultureInfo.InvariantCulture, $"{message} {now.ToUnixTimeMilliseconds()}")));
        return true;
    }
}

/// <summary>One recorded state of a subscription.</summary>
internal sealed record RecordedState(Instant RecordedAt, SubscriptionStatus Status, Instant Since, string PreferenceSet)
{
    public bool IsOwedAlerts => Status is SubscriptionStatus.Active or SubscriptionStatus.Disabled;

    public static RecordedState Read(string line) => line.Split(' ') is [var at, var status, var since, var schedule]
        ? new(At(at), (SubscriptionStatus)int.Parse(status, CultureInfo.InvariantCulture), At(since), schedule)
        : throw new FormatException("A recorded state has four parts.");

    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{RecordedAt.ToUnixTimeMilliseconds()} {(int)Status} {Since.ToUnixTimeMilliseconds()} {PreferenceSet}");

    private static Instant At(string text) => Instant.FromUnixTimeMilliseconds(long.Parse(text, CultureInfo.InvariantCulture));
}
