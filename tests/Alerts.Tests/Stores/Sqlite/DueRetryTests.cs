using System.Globalization;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Alerts.Tests.Stores.Sqlite;

/// <summary>Tests that due retries are not starved by first attempts.</summary>
public sealed class DueRetryTests
{
    private const int Capacity = 8;
    private const int Failing = 10;
    private const int Healthy = 20;
    private const int Dates = 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Due_retries_leave_within_a_few_turns_of_a_full_load_of_first_attempts()
    {
        await using var world = await World.At("2025-11-01 00:00");
        await SubscribeAsync(world, Failing, "failing");
        await SubscribeAsync(world, Healthy, "healthy");
        await DatesAsync(world, "before", EndpointHealth.Trusted, "2025-11-01 08:00", "healthy");
        await DatesAsync(world, "failing", 1, "2025-11-01 08:59", "failing");
        await DatesAsync(world, "load", Dates, "2025-11-01 09:00", "healthy");
        world.Answer = message => Task.FromResult<SendResult>(
            message is OutboundAlert { Date.KeyDate.Id: "failing-0" } ? new TryAgain(500, "") : new Delivered(200, ""));
        await world.RunUntil("2025-11-01 08:59");

        // The world's own sender hangs, so that the turns are the test's.
        var (end, hanging, hangingRetries) = (new TaskCompletionSource<SendResult>(), 0, 0);
        world.Answer = message =>
        {
            Interlocked.Add(ref hangingRetries, message is OutboundAlert { Date.KeyDate.Id: "failing-0" } ? 1 : 0);
            Interlocked.Increment(ref hanging);
            return end.Task;
        };
        await world.BeginUntil(World.Utc("2025-11-01 09:00"));
        await Eventually.BecomesTrueAsync(
            "the world's sender is full", () => Task.FromResult(Volatile.Read(ref hanging) == Capacity), Cancel);
        var others = Volatile.Read(ref hangingRetries);
        var turns = await TurnsAsync(world, Failing);
        end.SetResult(new Delivered(200, ""));
        await world.Settle();

        Assert.All(turns, claims => Assert.Equal(Capacity, claims.Count)); // a full load to the end
        Assert.Equal(Failing, others + turns.Sum(claims => claims.Count(claim => claim.Failures > 0)));
    }

    /// <summary>Claims and settles as a sender does whose attempts all succeed at once.</summary>
    /// <returns>The claims of each turn; the results of the last are settled, too.</returns>
    private static async Task<IReadOnlyList<IReadOnlyList<Claim>>> TurnsAsync(World world, int count)
    {
        var time = new FakeTimeProvider();
        time.Advance(TimeSpan.FromDays(1)); // no timestamp may be 0
        var shares = new EndpointShares(Capacity, maxPerEndpoint: 4, time);
        var kind = world.Get<ChannelKinds>().Of(WebhookKind.ChannelName);
        var channel = Mock.Of<IChannel>(one => one.Kind == kind && one.Name == kind.Name && one.MaxBatchSize == 1);
        var queue = world.Get<IQueue>();
        IReadOnlyList<Settlement> ended = [];
        var turns = new List<IReadOnlyList<Claim>>();
        for (var turn = 0; turn <= count; turn++)
        {
            turns.Add(await queue.SettleAndClaimAsync(channel, ended, Capacity, shares, Cancel));
            ended = [.. turns[^1].Select(
                claim => new Settlement(claim, new Delivered(200, ""), world.Now, TimeSpan.Zero))];
            ended.ToList().ForEach(shares.End);
        }

        await queue.SettleAndClaimAsync(channel, ended, free: 0, shares, Cancel);
        return turns;
    }

    private static async Task SubscribeAsync(World world, int count, string topic)
    {
        for (var i = 0; i < count; i++)
        {
            await world.SubscribeWebhook("PT0S", topics: [topic]);
        }
    }

    private static async Task DatesAsync(World world, string id, int count, string when, string topic)
    {
        for (var i = 0; i < count; i++)
        {
            await world.Date(string.Create(CultureInfo.InvariantCulture, $"{id}-{i}"), when, topics: [topic]);
        }
    }
}
