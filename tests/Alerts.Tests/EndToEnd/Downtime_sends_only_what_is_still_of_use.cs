using System.Text.Json.Nodes;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Stops the service before instants at which alerts fall due, and starts it later on the same data. Dates and leads
/// are the same in every case; all times are UTC, and the subscriber's hour is 09:00:
/// <code>
/// 2 Mar 12:00          lunch        P1D 1 Mar 09:00, PT1H 2 Mar 11:00 (added 1 Mar 08:30, when P3D and P2D had passed)
/// 8 Mar 12:00          summit       P3D 5 Mar 09:00, P2D 6 Mar 09:00, P1D 7 Mar 09:00, PT1H 8 Mar 11:00
/// 10 Mar 12:00         truce        P3D 7 Mar 09:00, P2D 8 Mar 09:00, P1D 9 Mar 09:00, PT1H 10 Mar 11:00
/// 13 Apr 12:00         tariff       P3D 10 Apr 09:00, P2D 11 Apr 09:00, P1D 12 Apr 09:00, PT1H 13 Apr 11:00
/// </code>
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class Downtime_sends_only_what_is_still_of_use
{
    private static readonly Instant UpFirst = Instant.FromUtc(2026, 3, 1, 8, 30);

    /// <summary>
    /// Columns: when the service is stopped; when it is started; what the ledger then says; which alerts arrive, and
    /// whether they are late.
    /// </summary>
    public static TheoryData<string, string, string, string> Downtimes => new()
    {
        // One hour: lunch's PT1H fell due at 11:00, half an hour before the start, and lunch is still ahead.
        { "2026-03-02T10:30:00Z", "2026-03-02T11:30:00Z", "lunch PT1H delivered", "lunch PT1H late" },
        // One hour that ends five minutes after the due instant: the alert is not yet late.
        { "2026-03-02T10:05:00Z", "2026-03-02T11:05:00Z", "lunch PT1H delivered", "lunch PT1H" },
        // Ends after lunch: no alert about it.
        { "2026-03-02T11:30:00Z", "2026-03-02T12:30:00Z", "", "" },
        { "2026-03-02T10:59:00Z", "2026-03-02T12:01:00Z", "lunch PT1H expired", "" },
        // Three days: the summit has passed, and only the lead nearest to the truce is sent.
        {
            "2026-03-06T12:00:00Z",
            "2026-03-09T12:00:00Z",
            "summit P1D void, summit PT1H expired, truce P1D delivered, truce P2D void, truce P3D void",
            "truce P1D late"
        },
        // Forty days: of everything that fell due, only the reminder of tomorrow's tariff is sent.
        {
            "2026-03-03T12:00:00Z",
            "2026-04-12T12:00:00Z",
            "summit P1D void, summit P2D void, summit P3D void, summit PT1H expired, "
                + "tariff P1D delivered, tariff P2D void, tariff P3D void, "
                + "truce P1D void, truce P2D void, truce P3D void, truce PT1H expired",
            "tariff P1D late"
        },
    };

    [Theory]
    [MemberData(nameof(Downtimes))]
    public async Task The_nearest_reminder_alone_and_nothing_of_what_has_passed(
        string stopped, string started, string ledger, string came)
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.ConsumeAsync;
        await using var service = new AlertsService(folder.At("data"));
        await service.StartAsync(UpFirst, speed: 1, Cancel);
        var subscription = await service.SubscribeWebhookAsync(
            $"{receiver.Address}hook", ["P3D", "P2D", "P1D", "PT1H"], Cancel);
        await service.ActiveAsync([subscription], Cancel);
        await service.PutDateAsync("lunch", Instant.FromUtc(2026, 3, 2, 12, 0), Cancel);
        await service.PutDateAsync("summit", Instant.FromUtc(2026, 3, 8, 12, 0), Cancel);
        await service.PutDateAsync("truce", Instant.FromUtc(2026, 3, 10, 12, 0), Cancel);
        await service.PutDateAsync("tariff", Instant.FromUtc(2026, 4, 13, 12, 0), Cancel);
        Assert.Equal(0, await service.StopAsync(Cancel));

        // The service runs until the downtime begins. What falls due before then is settled here and is not part of the
        // test. (By the time the service listens, everything due before its start is in the ledger.)
        await service.StartAsync(InstantOf(stopped) - Duration.FromMinutes(20), speed: 1, Cancel);
        await QuietAsync(service, subscription);
        var before = (await service.DeliveriesAsync(subscription.Id, subscription.ManageToken, Cancel))
            .Where(IsSettled)
            .Select(KeyOf)
            .ToHashSet();
        var cameBefore = Alerts(receiver).Select(alert => alert.Key).ToHashSet();
        Assert.Equal(0, await service.StopAsync(Cancel));

        await service.StartAsync(InstantOf(started), speed: 1, Cancel);
        await QuietAsync(service, subscription);

        var rows = (await service.DeliveriesAsync(subscription.Id, subscription.ManageToken, Cancel))
            .Where(row => IsSettled(row) && !before.Contains(KeyOf(row)))
            .ToList();
        Assert.Equal(
            ledger,
            string.Join(
                ", ",
                rows.Select(row => $"{row["keyDateId"]} {row["lead"]} {row["state"]}").Order(StringComparer.Ordinal)));
        var arrived = Alerts(receiver).Where(alert => !cameBefore.Contains(alert.Key)).ToList();
        Assert.Equal(
            came,
            string.Join(
                ", ",
                arrived
                    .Select(alert =>
                        $"{alert.Data["keyDate"]!["id"]} {alert.Data["lead"]}"
                        + $"{((bool)alert.Data["late"]! ? " late" : "")}")
                    .Order(StringComparer.Ordinal)));
        Assert.All(arrived, alert => CountsFromNow(alert.Data, InstantOf(started)));
        Assert.Equal(0, await service.StopAsync(Cancel));
        var audit = await service.AuditAsync(Cancel);
        Assert.Equal((0, 0), ((int)audit["missing"]!, (int)audit["unexpected"]!));
    }

    /// <summary>
    /// The remaining time counts from the moment of sending; a slow machine may take a minute or two to send.
    /// </summary>
    private static void CountsFromNow(JsonNode data, Instant now)
    {
        var left = InstantOf((string)data["keyDate"]!["when"]!["instant"]!) - now;
        var told = PeriodPattern.NormalizingIso.Parse((string)data["remaining"]!).Value.ToDuration();
        Assert.InRange(told, left - Duration.FromMinutes(2), left + Duration.FromSeconds(30));
    }

    private static Task QuietAsync(AlertsService service, WebhookSubscription subscription) =>
        Eventually.BecomesTrueAsync(
            "nothing is due any more",
            async () =>
                (await service.DeliveriesAsync(subscription.Id, subscription.ManageToken, Cancel)).All(row =>
                    IsSettled(row) || InstantOf((string)row["dueAt"]!) > service.Now),
            Cancel);

    private static bool IsSettled(JsonNode row) => (string)row["state"]! is not ("queued" or "sending" or "retrying");

    private static string KeyOf(JsonNode row) => (string)row["alertKey"]!;

    private static IEnumerable<(string Key, JsonNode Data)> Alerts(WebhookReceiver receiver) =>
        from webhook in receiver.Received
        where webhook.Headers["webhook-id"].StartsWith("al_", StringComparison.Ordinal)
        select (webhook.Headers["webhook-id"], JsonNode.Parse(webhook.Text)!["data"]!);

    private static Instant InstantOf(string text) => InstantPattern.ExtendedIso.Parse(text).Value;
}
