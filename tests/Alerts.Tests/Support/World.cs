using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Audit;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Text;

namespace Alerts.Tests.Support;

/// <summary>
/// The whole service on a file of its own and a clock that jumps, with channels that record what they were given.
/// What a test reads is what subscribers got; every world is audited at its end.
/// </summary>
public sealed partial class World : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string?> settings;
    private ServiceProvider services = null!; // set by StartAsync, before a test has the world
    private IReadOnlyList<Type> types = []; // likewise
    private Simulation simulation = null!; // likewise
    private ServiceClock clock = null!; // likewise

    private World(Dictionary<string, string?> settings, TableFaults? faults) =>
        (this.settings, Faults) = (settings, faults);

    /// <summary>What is done to the store's requests; null when nothing is, or on another store.</summary>
    internal TableFaults? Faults { get; }

    /// <summary>Real time as the store sees it.</summary>
    internal ShiftedTime Real { get; } = new();

    internal ConcurrentQueue<OutboundAlert> Alerts { get; } = new();

    /// <summary>The service messages the channels were given, and by which of them they went.</summary>
    internal ConcurrentQueue<(string Channel, SystemNotification Message)> Messages { get; } = new();

    internal ConcurrentQueue<OperatorNotice> Notices { get; } = new();

    /// <summary>What the service logged.</summary>
    internal LogLines Log { get; } = new();

    /// <summary>What the channels answer; delivered unless a test says otherwise.</summary>
    internal Func<OutboundMessage, Task<SendResult>> Answer { get; set; } =
        _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));

    /// <summary>What the channels answer to a message as a whole; null to ask <see cref="Answer"/>.</summary>
    internal Func<OutboundMessage, Task<SendResult>>? AnswerWhole { get; set; }

    /// <summary>What the channels answer to service messages.</summary>
    internal Func<SystemNotification, SendResult> ServiceAnswer { get; set; } = _ => new Delivered(200, "ok");

    /// <summary>How many messages of one text the channels take in one call.</summary>
    internal int MaxBatchSize { get; set; } = 1;

    /// <summary>The messages with alerts of each call.</summary>
    internal ConcurrentQueue<IReadOnlyList<OutboundMessage>> Calls { get; } = new();

    /// <summary>What was sent with alerts in it, each a message of one or of several.</summary>
    internal ConcurrentQueue<OutboundMessage> Mails { get; } = new();

    internal Instant Now => clock.Now;

    internal ISubscriptions Subscriptions => services.GetRequiredService<ISubscriptions>();

    internal Watcher Watcher => services.GetRequiredService<Watcher>();

    /// <summary>All that the world is made of, for a web server over it.</summary>
    internal IEnumerable<(Type Type, object Part)> Parts => types.Select(
        type => (type, services.GetRequiredService(type)));

    internal T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>An instant written as <c>2025-11-01 09:00</c>, in UTC.</summary>
    internal static Instant Utc(string text) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm").Parse(text).Value.InUtc().ToInstant();

    /// <summary>Subscribes and confirms at once.</summary>
    internal async Task<Subscription> Subscribe(
        string leads,
        string zone = "UTC",
        string at = "09:00",
        string[]? topics = null,
        string? quiet = null,
        string? address = null)
    {
        return await Subscribe(Preferences(leads, zone, at, topics, quiet), address);
    }

    /// <inheritdoc cref="Subscribe(string, string, string, string[], string?, string?)"/>
    internal async Task<Subscription> Subscribe(Preferences preferences, string? address = null)
    {
        var pending = await Subscriptions.SubscribeEmailAsync(
            address ?? $"{Guid.NewGuid():N}@example.com",
            preferences,
            CancellationToken.None);
        await Watcher.CatchUpAsync(CancellationToken.None);
        return (await Subscriptions.ConfirmAsync(pending.Id, CancellationToken.None))!; // pending a moment ago
    }

    /// <summary>Subscribes an endpoint, which answers its verification at once.</summary>
    internal async Task<Subscription> SubscribeWebhook(string leads, string[]? topics = null)
    {
        var pending = await Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook",
            WebhookFormat.Standard,
            Preferences(leads, topics: topics),
            null,
            SubscriptionIdentity.Random(),
            CancellationToken.None);
        await Settle();
        return (await Subscriptions.FindAsync(pending!.Id, CancellationToken.None))!; // made from a seed of its own
    }

    internal static Preferences Preferences(
        string leads,
        string zone = "UTC",
        string at = "09:00",
        string[]? topics = null,
        string? quiet = null)
    {
        var hours = quiet?.Split('-').Select(Time).ToArray();
        return new Preferences(
            [],
            topics ?? [],
            [.. leads.Split(' ').Select(Lead)],
            DateTimeZoneProviders.Tzdb[zone],
            Time(at),
            hours is null ? null : new QuietHours(hours[0], hours[1]));
    }

    /// <summary>
    /// Adds or revises a date; <paramref name="when"/> as <c>2025-11-10 00:01</c> or <c>2025-11-10</c>.
    /// </summary>
    internal async Task Date(
        string id,
        string when,
        string zone = "UTC",
        DateStatus status = DateStatus.Confirmed,
        string[]? topics = null,
        string title = "Something happens",
        string? end = null,
        string? reason = null)
    {
        await Watcher.CatchUpAsync(CancellationToken.None);
        await Get<IKeyDates>()
            .SaveAsync(
                new KeyDate(
                    id,
                    title,
                    null,
                    topics ?? ["tariffs"],
                    Moment(when, zone),
                    end is null ? null : Moment(end, zone),
                    status,
                    null,
                    null,
                    0),
                reason,
                null,
                CancellationToken.None);
        Get<ChangeSignal>().Raise();
    }

    /// <summary>Imports dates of UTC, written as for <see cref="Date"/>.</summary>
    internal async Task Import(params IEnumerable<(string Id, string When)> dates)
    {
        var imports = Get<DateImports>();
        var plan = await imports.PlanAsync(new ImportFile(
            [.. dates.Select(one => new GivenDate(
                new KeyDate(one.Id, one.Id, null, ["tariffs"], MomentOf(one.When), null, DateStatus.Confirmed, null,
                    null, 0), null))], [], []), CancellationToken.None);
        await imports.SaveAsync(plan, CancellationToken.None);
    }

    internal async Task Cancel(string id)
    {
        await Watcher.CatchUpAsync(CancellationToken.None);
        var dates = Get<IKeyDates>();
        await dates.SaveAsync(
            (await dates.FindAsync(id, CancellationToken.None))!.KeyDate with
            {
                Status = DateStatus.Cancelled,
            },
            null,
            null,
            CancellationToken.None); // the test added it
    }

    internal async Task Edit(Subscription subscription, Preferences preferences)
    {
        await Watcher.CatchUpAsync(CancellationToken.None);
        await Subscriptions.EditAsync(subscription.Id, _ => preferences, CancellationToken.None);
    }

    /// <summary>
    /// What a subscription has received, one line each: <c>2025-11-09 09:00 P1D r1</c> or <c>… rescheduled r2 from
    /// r1</c>.
    /// </summary>
    internal IReadOnlyList<string> Got(Subscription subscription) =>
        [.. Alerts.Where(alert => alert.Subscription.Id == subscription.Id).Select(Line)];

    internal async Task<IReadOnlyList<Delivery>> Ledger(Subscription subscription) =>
        [.. (await Get<IDeliveries>().OfAsync(subscription.Id, DeliveryFilter.Alerts, null, 1000,
            CancellationToken.None)).Select(one => one.Delivery)];

    internal Task<AuditCount> Audit() => Get<IAudit>().RunAsync(null, null, CancellationToken.None);

    private static string Line(OutboundAlert alert)
    {
        var at = LocalDateTimePattern
            .CreateWithInvariantCulture("uuuu-MM-dd HH:mm")
            .Format(alert.At.InUtc().LocalDateTime);
        var what = alert.Kind == AlertKind.Reminder ? alert.Lead : $"{alert.Kind.Word()}";
        var before = alert.Previous is { } previous ? $" from r{previous.Revision}" : "";
        return $"{at} {what} r{alert.Date.KeyDate.Revision}{before}{(alert.IsLate ? " late" : "")}";
    }

    private static LocalTime Time(string text) =>
        LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text).Value;

    private static Lead Lead(string text) =>
        LeadText.TryParse(text, out var lead, out var error) ? lead : throw new ArgumentException(error);

    /// <summary>A moment of UTC, written as <c>2025-11-10 00:01</c> or <c>2025-11-10</c>.</summary>
    internal static Moment MomentOf(string text) => Moment(text, "UTC");

    private static Moment Moment(string text, string zone) =>
        new(
            LocalDatePattern.Iso.Parse(text[..10]).Value,
            text.Length > 10 ? Time(text[11..]) : null,
            DateTimeZoneProviders.Tzdb[zone]);
}
