using System.Net;
using System.Text.Json;
using Alerts.Audit;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Stores.Sqlite;
using Alerts.Subscriptions;
using Alerts.Tests.Senders.Email;
using Alerts.Watch;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// One day of failures on a simulated clock. First the mail server is down for an hour while an endpoint answers 500;
/// then the disk is full; then one import moves 200 dates. All parts of the service are real; only the clock jumps.
/// </summary>
public sealed class A_bad_day_is_told_in_few_lines
{
    private const int Dates = 200;
    private const int MaxLines = 40;

    [Fact]
    public async Task The_operator_sees_all_of_it_and_every_alert_arrives()
    {
        var smtpPort = FreePort.Next();
        await using var endpoint = await WebhookReceiver.StartAsync();
        endpoint.Answer = WebhookReceiver.ConsumeAsync;
        using var log = new LogLines();
        await using var service = await WholeService.StartAsync(
            Day(8, 0), Cancel,
            ("Alerts:Email:Provider", "Smtp"), ("Alerts:Email:From", "alerts@example.com"),
            ("Alerts:Email:Smtp:Host", "127.0.0.1"), ("Alerts:Email:Smtp:Port", $"{smtpPort}"),
            ("Alerts:Email:Smtp:Security", "None"), ("Alerts:Webhooks:AllowLoopback", "true"));
        service.Get<ILoggerFactory>().AddProvider(log);
        await ImportAsync(service, "2025-11-10");
        var subscriptions = service.Get<ISubscriptions>();
        var reader = await subscriptions.SubscribeEmailAsync("reader@example.com", World.Preferences("P7D"), Cancel);
        await subscriptions.ConfirmAsync(reader.Id, Cancel);
        await subscriptions.SubscribeWebhookAsync(
            new Uri(endpoint.Address, "/hook").AbsoluteUri, World.Preferences("P7D"), Cancel);
        await SettleAsync(service, Day(8, 30));
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() })
        {
            BaseAddress = service.Url,
        };
        using var signedIn = await browser.PostAsync(
            "/admin/sign-in", new FormUrlEncodedContent([new("key", WholeService.AdminKey)]), Cancel);

        endpoint.AnswerWith(500, "out of order");
        foreach (var minute in (int[])[0, 1, 10, 45])
        {
            await SettleAsync(service, Day(9, minute));
        }

        Assert.Equal(503, await ReadyAsync(service));
        Assert.Contains("Email cannot send", await browser.GetStringAsync("/admin", Cancel), StringComparison.Ordinal);
        Assert.Contains(
            "out of order",
            await browser.GetStringAsync("/admin/deliveries?state=retrying", Cancel),
            StringComparison.Ordinal);

        await using var server = new ScriptedSmtpServer(smtpPort);
        endpoint.Answer = WebhookReceiver.ConsumeAsync;
        for (var hour = 10; hour <= 13; hour++)
        {
            await SettleAsync(service, Day(hour, 0));
        }

        Assert.Equal(200, await ReadyAsync(service));
        Assert.DoesNotContain("cannot send", await browser.GetStringAsync("/admin", Cancel), StringComparison.Ordinal);
        Assert.Equal(
            Dates,
            endpoint.Received.Count(one =>
                one.Text.Contains("deadline.reminder", StringComparison.Ordinal)
                && one.Text.Contains("2025-11-10", StringComparison.Ordinal)) - Refused(endpoint));

        await FillDiskAsync(service);
        using (var admin = await browser.GetAsync("/admin", Cancel))
        {
            Assert.Contains("Store cannot", await admin.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Pragma(service, "max_page_count = 1000000");
        await Eventually.BecomesTrueAsync(
            "there is room again", async () => await PutAsync(service, "later") is 200 or 201, Cancel);
        await Eventually.BecomesTrueAsync("it is ready", async () => await ReadyAsync(service) == 200, Cancel);

        service.JumpTo(Day(14, 0));
        await ImportAsync(service, "2025-11-12");
        await SettleAsync(service, Day(14, 1));
        await SettleAsync(service, Day(23, 0));

        var counts = (await service.Get<IDeliveries>().CountAsync(Cancel)).Alerts;
        Assert.Equal([DeliveryState.Delivered], counts.Where(one => one.Value > 0).Select(one => one.Key));
        // a reminder and a correction per date, for each of the two subscribers
        Assert.Equal(4 * Dates, counts[DeliveryState.Delivered]);
        var audit = await service.Get<IAudit>().RunAsync(null, null, Cancel);
        Assert.True(audit.IsClean, string.Join('\n', audit.Problems.Select(problem => problem.Problem)));
        Assert.True(log.All.Count <= MaxLines, string.Join('\n', log.All));
        Assert.Contains(log.All, line => line.Contains("email", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(log.All, line => line.Contains("disk is full", StringComparison.Ordinal));
    }

    private static Instant Day(int hour, int minute) => Instant.FromUtc(2025, 11, 3, hour, minute);

    /// <summary>Counts the repeated reminder requests: attempts that follow a 500 reuse the same keys.</summary>
    private static int Refused(WebhookReceiver endpoint)
    {
        var reminders = endpoint
            .Received.Where(one => one.Text.Contains("deadline.reminder", StringComparison.Ordinal))
            .ToList();
        return reminders.Count - reminders.DistinctBy(one => one.Headers["webhook-id"]).Count();
    }

    private static async Task ImportAsync(WholeService service, string day)
    {
        var dates = Enumerable.Range(0, Dates).Select(i => new
        {
            id = FormattableString.Invariant($"date-{i:000}"),
            title = FormattableString.Invariant($"Date {i}"),
            when = new { date = day, time = "12:00", timeZone = "UTC" },
        });
        var imports = service.Get<DateImports>();
        var plan = await imports.PlanAsync(DatesFile.Read(JsonSerializer.SerializeToUtf8Bytes(dates)), Cancel);
        Assert.Empty(plan.Errors);
        await imports.SaveAsync(plan, Cancel);
    }

    /// <summary>
    /// Advances the clock to <paramref name="until"/> and waits until everything due by then is done.
    /// </summary>
    private static async Task SettleAsync(WholeService service, Instant until)
    {
        service.JumpTo(until);
        await service.Get<Watcher>().CatchUpAsync(Cancel);
        await Eventually.BecomesTrueAsync("all that is due is done", async () =>
        {
            service.Get<ChangeSignal>().Raise();
            return await service.Get<IQueue>().IsQuietAsync(service.Now, Cancel)
                && !await service.Get<IWatch>().HasChangesAsync(Cancel);
        }, Cancel);
    }

    private static async Task<int> ReadyAsync(WholeService service)
    {
        using var answer = await service.Http.GetAsync("/readyz", Cancel);
        return (int)answer.StatusCode;
    }

    /// <summary>Adds dates until the disk is full, then keeps going until ten requests have been refused.</summary>
    private static async Task FillDiskAsync(WholeService service)
    {
        Pragma(service, "max_page_count = 1"); // no more pages than there are now
        var refused = 0;
        for (var i = 0; refused < 10; i++)
        {
            Assert.True(i < 500, "The disk does not get full.");
            refused += await PutAsync(service, FormattableString.Invariant($"filling-{i}")) == 503 ? 1 : 0;
        }
    }

    private static async Task<int> PutAsync(WholeService service, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/dates/" + id)
        {
            Content = new StringContent(JsonSerializer.Serialize(new
            {
                title = id,
                summary = new string('x', 1900),
                when = new { date = "2024-01-01", timeZone = "UTC" },
            })),
        };
        request.Headers.Authorization = new("Bearer", WholeService.AdminKey);
        using var answer = await service.Http.SendAsync(request, Cancel);
        return (int)answer.StatusCode;
    }

    private static void Pragma(WholeService service, string pragma) =>
        service.Get<Database>().Write((session, _) => session.Number("PRAGMA " + pragma));
}
