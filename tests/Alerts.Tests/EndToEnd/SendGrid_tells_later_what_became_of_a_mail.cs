using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Alerts.App;
using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The signed event webhook, tested on the whole service with a fake SendGrid, and the effect of each event on a
/// delivery.
/// </summary>
public sealed class SendGrid_tells_later_what_became_of_a_mail
{
    private static readonly InDoubt Doubt = new("no answer", Duration.FromMinutes(10));

    [Fact]
    public async Task A_hard_bounce_ends_the_subscription_and_only_when_it_is_signed()
    {
        using var folder = new TemporaryFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var server = await FakeSendGrid.StartAsync();
        await using var app = Service(folder, server, key);
        await ServeCommand.StartAsync(app, Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await client.PostAsync(
            "/api/subscriptions",
            Json("""{"channel":{"type":"email","address":"reader@example.com"},"leads":["P1D"],"timeZone":"UTC"}"""),
            Cancel);
        await Eventually.BecomesTrueAsync(
            "the confirmation has been sent", () => Task.FromResult(server.Requests.Count == 1), Cancel);
        var arguments = server.Personalizations.Single().GetProperty("custom_args");
        var id = arguments.GetProperty("subscription_id").GetString()!;
        var bounce =
            $$"""
            [{"email":"reader@example.com","event":"bounce","type":"bounce","sg_event_id":"1",
              "reason":"550 no reader@example.com here",
              "alert_key":"{{arguments.GetProperty("alert_key").GetString()}}",
              "subscription_id":"{{id}}"},
             {"event":"open"},7]
            """;
        var subscriptions = app.Services.GetRequiredService<ISubscriptions>();

        Assert.Equal(401, await PostAsync(client, bounce, signature: null));
        Assert.Equal(
            401, await PostAsync(client, bounce.Replace("550", "551", StringComparison.Ordinal), Sign(key, bounce)));
        Assert.Equal(SubscriptionStatus.Pending, (await subscriptions.FindAsync(id, Cancel))!.Status);
        Assert.Equal(400, await PostAsync(client, "{}", Sign(key, "{}")));
        Assert.Equal(204, await PostAsync(client, bounce, Sign(key, bounce)));
        Assert.Equal(204, await PostAsync(client, bounce, Sign(key, bounce))); // SendGrid may send an event twice
        Assert.Equal(SubscriptionStatus.Ended, (await subscriptions.FindAsync(id, Cancel))!.Status);
        await app.StopAsync(Cancel);
    }

    // SendGrid's own library verifies the signatures that these tests create.
    [Fact]
    public void The_published_library_finds_the_same_signatures_good()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        var signature = Sign(key, "[]");
        var judge = new SendGrid.Helpers.EventWebhook.RequestValidator();

        Assert.True(judge.VerifySignature(judge.ConvertPublicKeyToECDSA(text), "[]", signature, "1700000000"));
        Assert.True(new SendGridEvents(SendGridEvents.ReadKey(text)!).IsSigned("1700000000", "[]"u8, signature));
        Assert.False(new SendGridEvents(SendGridEvents.ReadKey(text)!).IsSigned("1700000001", "[]"u8, signature));
    }

    [Theory]
    [InlineData(MailEventKind.Processed)]
    [InlineData(MailEventKind.Delivered)]
    internal async Task Word_of_a_mail_in_doubt_keeps_it_from_being_sent_again(MailEventKind news)
    {
        await using var world = await World.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        world.Answer = _ => Task.FromResult<SendResult>(Doubt);
        await world.RunUntil("2025-11-09 09:05");
        var mail = world.Alerts.Single();

        // The key and the mailbox suffice: the subscription id need not come back.
        Assert.Equal(
            subscriber.Id,
            await world
                .Get<IMailEvents>()
                .RecordAsync(new MailEvent([mail.Id], null, subscriber.Address, news, null), Cancel));
        await world.RunUntil("2025-11-10 12:00");

        Assert.Single(world.Alerts);
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await world.Ledger(subscriber)).State);
    }

    [Theory]
    [InlineData("processed delivered", "Delivered", null)]
    [InlineData("delivered processed delivered", "Delivered", null)]
    [InlineData("delivered bounced", "Failed", "bounced: 550")]
    [InlineData("bounced delivered processed bounced", "Failed", "bounced: 550")]
    [InlineData("refused", "Failed", "refused by the mail provider: 550")]
    [InlineData("delivered complaint", "Delivered", null)]
    public async Task In_whatever_order_and_however_often_events_come_the_end_is_the_same(
        string events, string state, string? reason)
    {
        await using var world = await World.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 09:05");
        foreach (var word in events.Split(' '))
        {
            await world
                .Get<IMailEvents>()
                .RecordAsync(
                    new MailEvent(
                        [world.Alerts.Single().Id],
                        subscriber.Id,
                        subscriber.Address,
                        Enum.Parse<MailEventKind>(word, ignoreCase: true),
                        "550"),
                    Cancel);
        }

        var delivery = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal((state, reason), (delivery.State.ToString(), delivery.Reason));
        Assert.Single(delivery.Attempts);
    }

    [Fact]
    public async Task Nobody_is_found_by_a_key_that_is_not_theirs()
    {
        await using var world = await World.At("2025-11-01 00:00");
        var subscriber = await world.Subscribe("P1D");

        Assert.Null(
            await world
                .Get<IMailEvents>()
                .RecordAsync(
                    new MailEvent(["al_other"], subscriber.Id, subscriber.Address, MailEventKind.Bounced, null),
                    Cancel));
    }

    private static WebApplication Service(TemporaryFolder folder, FakeSendGrid server, ECDsa key)
    {
        var settings = new Settings(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Alerts:Dates:Shipped"] = "false",
            ["Alerts:Email:Provider"] = "SendGrid",
            ["Alerts:Email:From"] = "alerts@example.com",
            ["Alerts:Email:SendGrid:ApiKey"] = FakeSendGrid.ApiKey,
            ["Alerts:Email:SendGrid:ApiHost"] = server.Host.ToString(),
            ["Alerts:Email:SendGrid:EventPublicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
        }).Build());
        return ServeCommand.Build(
            settings,
            Commands.FolderOf(folder.Path, settings),
            new ServiceClock(TimeProvider.System),
            new PublicUrl(new Uri("https://alerts.example.com")),
            ["http://127.0.0.1:0"],
            adminKey: null);
    }

    private static StringContent Json(string body) =>
        new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private static string Sign(ECDsa key, string body) =>
        Convert.ToBase64String(key.SignData(
            Encoding.UTF8.GetBytes("1700000000" + body),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence));

    private static async Task<int> PostAsync(HttpClient client, string body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/sendgrid") { Content = Json(body) };
        request.Headers.Add(SendGridEvents.TimestampHeader, "1700000000");
        if (signature is not null)
        {
            request.Headers.Add(SendGridEvents.SignatureHeader, signature);
        }

        using var response = await client.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }
}
