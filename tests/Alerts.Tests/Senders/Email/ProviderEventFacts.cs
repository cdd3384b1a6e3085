using System.Collections.Concurrent;
using System.Text;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Senders.Email;

/// <summary>Tests provider events posted to <c>/hooks/sendgrid</c>, on each store.</summary>
public abstract class ProviderEventFacts(Worlds worlds)
{
    /// <summary>
    /// Number of batches of the fuzz test; the environment variable <c>ALERTS_FUZZ_BATCHES</c> overrides it.
    /// </summary>
    private const int Batches = 400;

    [Theory]
    [InlineData("half-surrogate", SubscriptionStatus.Active, "Failed")]
    [InlineData("latin1", SubscriptionStatus.Active, "Failed")]
    [InlineData("bounce-expired", SubscriptionStatus.Active, "Failed")]
    [InlineData("bounce-without-arguments", SubscriptionStatus.Ended, "Delivered")]
    internal async Task The_cases_of_public_bugs_end_right(string name, SubscriptionStatus status, string state)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var (subscriber, key) = await MailedAsync(world, "reader.one@example.com");
        await using var web = await WebOverWorld.StartAsync(world);
        var text = Encoding.Latin1.GetString(
            File.ReadAllBytes(RepositoryRoot.At($"tests/Alerts.Tests/Senders/Email/Cases/sendgrid-{name}.json")))
            .Replace("al_x", key, StringComparison.Ordinal).Replace("sub_x", subscriber.Id, StringComparison.Ordinal)
            .Replace("al_\u00e2\u0080\u00a6", key, StringComparison.Ordinal).Replace(
                "sub_\u00e2\u0080\u00a6", subscriber.Id, StringComparison.Ordinal);

        Assert.Equal(204, await web.PostEventsAsync(Encoding.Latin1.GetBytes(text)));

        Assert.Equal(status, (await world.Subscriptions.FindAsync(subscriber.Id, Cancel))!.Status);
        Assert.Equal(state, Assert.Single(await world.Ledger(subscriber)).State.ToString());
    }

    [Fact]
    public async Task An_event_without_arguments_is_recorded_by_its_message_id()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var (subscriber, key) = await MailedAsync(
            world, "reader@bücher.example".Replace("bücher", "xn--bcher-kva", StringComparison.Ordinal));
        await using var web = await WebOverWorld.StartAsync(world);

        Assert.Equal(
            204,
            await web.PostEventsAsync(Encoding.UTF8.GetBytes(
                $$"""
                [{"event":"dropped","email":"Reader@bücher.example",
                "smtp-id":"<{{key}}@alerts.example.com>","reason":"550 no"}]
                """)));

        Assert.Equal("refused by the mail provider: 550 no", Assert.Single(await world.Ledger(subscriber)).Reason);
    }

    [Theory]
    [InlineData("2025-11-16 08:59", SubscriptionStatus.Ended)]
    [InlineData("2025-11-16 09:01", SubscriptionStatus.Active)]
    internal async Task A_complaint_by_mailbox_alone_counts_for_seven_days_after_a_mail(
        string at, SubscriptionStatus status)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var (subscriber, _) = await MailedAsync(world, "reader@example.com"); // mailed at 9:00 on the 9th
        var other = await world.Subscribe("P1D", address: "somebody@example.com");
        await world.RunUntil(at);
        await using var web = await WebOverWorld.StartAsync(world);

        Assert.Equal(204, await web.PostEventsAsync(
            """[{"event":"spamreport","email":"READER@example.com"},{"event":"spamreport","email":""}]"""u8.ToArray()));

        Assert.Equal(status, (await world.Subscriptions.FindAsync(subscriber.Id, Cancel))!.Status);
        Assert.Equal(SubscriptionStatus.Active, (await world.Subscriptions.FindAsync(other.Id, Cancel))!.Status);
    }

    [Theory]
    [InlineData(
        "{\"event\":\"bounce\",\"type\":\"bounce\",\"email\":\"reader@example.com\",\"alert_key\":\"al_other\","
        + "\"subscription_id\":\"sub_other\"}")]
    [InlineData("""{"event":"bounce","type":"bounce","status":"4.2.2","email":"reader@example.com"}""")]
    [InlineData("""{"event":"bounce","type":"blocked","email":"reader@example.com"}""")]
    public async Task What_is_not_about_our_mail_ends_nothing(string json)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var (subscriber, _) = await MailedAsync(world, "reader@example.com");
        await using var web = await WebOverWorld.StartAsync(world);

        Assert.Equal(204, await web.PostEventsAsync(Encoding.UTF8.GetBytes($"[{json}]")));

        Assert.Equal(SubscriptionStatus.Active, (await world.Subscriptions.FindAsync(subscriber.Id, Cancel))!.Status);
    }

    [Fact]
    public async Task No_batch_is_refused_and_no_good_event_is_lost_beside_a_broken_one()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var readers = new List<Subscription>();
        for (var i = 0; i < 8; i++)
        {
            readers.Add(await world.Subscribe("P1D", address: $"reader{i}@example.com"));
        }

        await world.RunUntil("2025-11-09 09:05");
        var mails = world.Alerts.ToDictionary(alert => alert.Subscription.Id, alert => alert.Id);
        var recorded = new Recorder(world.Get<IMailEvents>());
        await using var web = await WebOverWorld.StartAsync(world, (typeof(IMailEvents), recorded));
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var batches = int.Parse(Environment.GetEnvironmentVariable("ALERTS_FUZZ_BATCHES") ?? $"{Batches}",
            System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < batches; i++)
        {
            var batch = new EventBatch(
                random, [.. readers.Select(reader => (mails[reader.Id], reader.Id, reader.Address))], $"b{i}-");

            Assert.True(await web.PostEventsAsync(batch.Body) == 204, batch.ToString());

            Assert.True(batch.Good.All(recorded.Reasons.ContainsKey),
                $"{string.Join(' ', batch.Good.Except(recorded.Reasons.Keys))} of {batch}");
        }

        // The store recorded them too: the final state of each mail has the reason of one of its own events, or none.
        foreach (var reader in readers)
        {
            Assert.Contains(Assert.Single(await world.Ledger(reader)).Reason, recorded.Reasons.Values.Append(null));
        }
    }

    private static async Task<(Subscription Subscriber, string Key)> MailedAsync(World world, string address)
    {
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D", address: address);
        await world.RunUntil("2025-11-09 09:05");
        return (subscriber, world.Alerts.Single().Id);
    }

    /// <summary>Passes events on to the store and collects their reasons.</summary>
    private sealed class Recorder(IMailEvents store) : IMailEvents
    {
        public ConcurrentDictionary<string, string?> Reasons { get; } = new();

        public async Task<string?> RecordAsync(MailEvent news, CancellationToken cancel)
        {
            var found = await store.RecordAsync(news, cancel);
            if (found is not null && news.Reason is { } reason)
            {
                Reasons[reason.Split(' ')[0]] = news.Words;
            }

            return found;
        }

        public Task<IReadOnlyList<string>> MailedSinceAsync(string address, Instant since, CancellationToken cancel) =>
            store.MailedSinceAsync(address, since, cancel);
    }
}

/// <summary>Tests on SQLite.</summary>
public sealed class ProviderEventsOnSqlite() : ProviderEventFacts(Worlds.OnSqlite);

/// <summary>Tests on Table Storage.</summary>
public sealed class ProviderEventsOnTableStorage() : ProviderEventFacts(Worlds.OnTableStorage);
