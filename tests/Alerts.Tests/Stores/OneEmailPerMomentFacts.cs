using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Tests.Stores;

/// <summary>
/// Alerts of one email subscription that are due at the same instant are sent as one email. Times are UTC; emails are
/// written as <c>P1D a + P1D b</c>.
/// </summary>
public abstract class OneEmailPerMomentFacts(Worlds worlds)
{
    private static readonly Func<OutboundMessage, Task<SendResult>> Refused = _ =>
        Task.FromResult<SendResult>(new TryAgain(451, "later"));
    private static readonly Func<OutboundMessage, Task<SendResult>> Accepts = _ =>
        Task.FromResult<SendResult>(new Delivered(250, "ok"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reminders_of_one_instant_are_one_mail_in_order_of_their_dates()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("later", "2025-11-10 14:00");
        await world.Date("sooner", "2025-11-10 12:00");
        await world.Date("next-week", "2025-11-16 12:00");
        var reader = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-09 12:00");

        Assert.Equal(["P7D sooner + P7D later", "P1D sooner + P1D later + P7D next-week"], Mails(world));
        var mail = Assert.IsType<OutboundDigest>(world.Mails.Last());
        Assert.Equal(IdOf(mail.Keys), mail.Id);
        Assert.All(await world.Ledger(reader), row =>
            Assert.Equal(DeliveryState.Delivered, Assert.Single(row.Attempts) is null ? default : row.State));
    }

    [Fact]
    public async Task One_alert_and_alerts_of_other_instants_and_readers_are_mails_of_their_own()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 12:01");
        await world.Subscribe("PT1H");
        await world.Subscribe("P1D");
        await world.Subscribe("P1D", at: "09:01");
        await world.RunUntil("2025-11-11 00:00");

        Assert.Equal(["P1D a + P1D b", "P1D a + P1D b", "PT1H a", "PT1H b"], Mails(world));
        Assert.All(world.Mails.Skip(2), mail => Assert.StartsWith("al_", mail.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_holds_at_most_fifty_alerts_and_webhooks_one()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Import(Enumerable.Range(0, 60).Reverse().Select(i => ($"d{i:00}", $"2025-11-10 12:{i:00}")));
        await world.Subscribe("P1D");
        await world.SubscribeWebhook("P1D");
        await world.RunUntil("2025-11-09 12:00");

        // Two emails of the same instant are sent concurrently, so either may arrive first.
        var mails = world.Mails.OfType<OutboundDigest>()
            .OrderBy(mail => mail.Alerts[0].Date.KeyDate.Id, StringComparer.Ordinal).ToList();
        Assert.Equal([50, 10], mails.Select(mail => mail.Alerts.Count));
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => $"d{i:00}"),
            mails.SelectMany(mail => mail.Alerts).Select(alert => alert.Date.KeyDate.Id));
        Assert.Equal(
            60, world.Mails.OfType<OutboundAlert>().Count(alert => alert.Subscription.Channel.Name == "webhook"));
    }

    [Fact]
    public async Task Corrections_of_one_import_are_one_mail_and_reminders_another()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Import(("a", "2025-11-20 12:00"), ("b", "2025-11-21 12:00"), ("c", "2025-11-22 12:00"));
        await world.Subscribe("P14D");
        await world.RunUntil("2025-11-10 00:00");
        world.Mails.Clear();
        await world.Import(("b", "2025-11-25 12:00"), ("a", "2025-11-26 12:00"), ("n", "2025-11-15 12:00"));
        await world.Settle();

        Assert.Equal(["P14D n", "rescheduled b + rescheduled a"], Mails(world).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reminders_whose_quiet_hours_end_together_are_one_mail()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 23:30");
        await world.Date("b", "2025-11-11 01:30");
        await world.Date("c", "2025-11-12 07:00");
        await world.Subscribe("PT24H", quiet: "22:00-07:00");
        await world.RunUntil("2025-11-12 07:00");

        Assert.Equal(["PT24H a + PT24H b", "PT24H c"], Mails(world));
        Assert.Equal(World.Utc("2025-11-10 07:00"), world.Mails.First().At);
    }

    [Fact]
    public async Task What_is_late_after_three_days_of_downtime_is_one_mail()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-11 12:00");
        await world.Date("c", "2025-11-12 12:00");
        await world.Subscribe("P7D P6D");
        await world.RunUntil("2025-11-02 12:00");
        await world.SleepUntil("2025-11-05 12:00");
        await world.Settle();

        Assert.Equal(["P6D a + P6D b + P7D c"], Mails(world));
        Assert.All(world.Alerts, alert => Assert.True(alert.IsLate));
    }

    [Fact]
    public async Task A_retry_keeps_its_id_and_takes_in_nothing_new()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        var reader = await world.Subscribe("P1D");
        world.Answer = Refused;
        await world.RunUntil("2025-11-09 09:00");
        await world.Date("c", "2025-11-10 14:00"); // its reminder is due at this instant
        await world.Settle();
        world.Answer = Accepts;
        await world.RunUntil("2025-11-09 10:00");

        Assert.Equal(["P1D a + P1D b", "P1D c"], Mails(world).Distinct());
        Assert.Single(world.Mails.OfType<OutboundDigest>().Select(mail => mail.Id).Distinct());
        Assert.All(await world.Ledger(reader), row => Assert.Equal(DeliveryState.Delivered, row.State));
    }

    [Fact]
    public async Task A_retry_without_what_became_void_keeps_its_id()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        await world.Subscribe("P1D");
        world.Answer = Refused;
        await world.RunUntil("2025-11-09 09:00");
        world.Mails.Clear();
        await world.Date("b", "2025-12-10 13:00");
        world.Answer = Accepts;
        await world.RunUntil("2025-11-09 10:00");

        Assert.Equal(["P1D a", "rescheduled b"], Mails(world).Order(StringComparer.Ordinal));
        Assert.Equal(1, world.Mails.Count(mail => mail.Id.StartsWith("ag_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_queued_again_is_not_sent_under_the_old_id()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        var reader = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 10:00");
        var first = Assert.IsType<OutboundDigest>(world.Mails.Single());
        var deliveries = world.Get<IDeliveries>();
        foreach (var key in first.Keys)
        {
            var row = await deliveries.FindAsync(reader.Id, key, Cancel);
            Assert.Equal(Resent.Queued, await deliveries.ResendAsync(row!, Cancel)); // the key belongs to the email
        }

        if (world.Faults is null)
        {
            world.Get<ChangeSignal>().Raise();
        }

        await world.Settle();

        Assert.Equal(
            [first.Id, .. first.Keys.Order()],
            world.Mails.Select(mail => mail.Id).Order().OrderBy(id => id[1] == 'l'));
    }

    /// <summary>Lists the emails in the order in which they were sent.</summary>
    internal static IReadOnlyList<string> Mails(World world) => [.. world.Mails
        .Where(mail => mail.Subscription.Channel.Name == "email")
        .Select(mail => mail is OutboundDigest several ? string.Join(" + ", several.Alerts.Select(Words))
            : Words((OutboundAlert)mail))];

    private static string Words(OutboundAlert alert) =>
        (alert.Kind == AlertKind.Reminder ? alert.Lead : alert.Kind.Word()) + " " + alert.Date.KeyDate.Id;

    /// <summary>Computes the id of a group as the contract defines it, independently of the product's code.</summary>
    private static string IdOf(IEnumerable<string> keys)
    {
        var bits = string.Concat(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('|', keys)))
            .Select(one => one.ToString("b8", CultureInfo.InvariantCulture)));
        return "ag_" + string.Concat(Enumerable.Range(0, 26).Select(i =>
            "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(bits[(i * 5)..(i * 5 + 5)], 2)]));
    }
}

public sealed class OneEmailPerMomentOnSqliteFacts() : OneEmailPerMomentFacts(Worlds.OnSqlite);

public sealed class OneEmailPerMomentOnTableStorageFacts() : OneEmailPerMomentFacts(Worlds.OnTableStorage);
