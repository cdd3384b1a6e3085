using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>
/// Data that cannot be in one partition: a subscription, its index rows and the warning of its contact.
/// </summary>
public sealed class CrossingFacts
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// A second edit is completed while the first one is still removing its old index row:
    /// <code>
    /// first:   P1D → P2D, saved ------------------------------ deletes the index row of P1D
    /// second:                    P2D → P1D, saved and processed
    /// </code>
    /// </summary>
    [Fact]
    public async Task Of_two_edits_at_once_the_later_is_the_one_that_is_alerted()
    {
        var faults = new TableFaults(seed: 1);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        var isSecond = false;
        faults.Before = async asked =>
        {
            if (!isSecond
                && asked.StartsWith("DELETE", StringComparison.Ordinal)
                && asked.Contains("'i|", StringComparison.Ordinal))
            {
                isSecond = true;
                await world.Subscriptions.EditAsync(subscriber.Id, _ => World.Preferences("P1D"), Cancel);
            }
        };

        await world.Subscriptions.EditAsync(subscriber.Id, _ => World.Preferences("P2D"), Cancel);
        await world.RunUntil("2025-11-10 12:00");

        Assert.True(isSecond);
        Assert.Equal(["2025-11-09 09:00 P1D r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task A_contact_is_warned_whenever_the_process_ends_that_saw_the_endpoint_fail()
    {
        for (var writes = 0; writes < 8; writes++)
        {
            await using var world = await World.At(
                "2025-11-01 00:00", new TableFaults(seed: writes), ("Store", "TableStorage"));
            await world.Date("truce", "2025-11-10 09:00");
            var made = await world.Subscriptions.SubscribeWebhookAsync(
                "https://example.com/hook", WebhookFormat.Standard, World.Preferences("P7D P1D"), "ops@example.com",
                SubscriptionIdentity.Random(), Cancel);
            world.Get<ChangeSignal>().Raise();
            await world.Settle();
            await world.Subscriptions.AnswerContactAsync(made!.Id, isWanted: true, Cancel); // it was just created
            var isFirst = true;
            world.Answer = _ =>
            {
                if (isFirst)
                {
                    world.Faults!.LiveFor(writes);
                }

                isFirst = false;
                return Task.FromResult<SendResult>(new TryAgain(503, "down"));
            };
            try
            {
                await world.RunUntil("2025-11-03 09:01");
            }
            catch (Exception e) when (TableFaults.IsFault(e) && world.Faults!.IsDead)
            {
                // The process that saw the endpoint fail has died.
            }

            world.Real.Ahead = TimeSpan.FromMinutes(2); // leases have expired
            await world.DieAndStartAgain();
            await world.RunUntil("2025-11-05 00:00");

            Assert.Single(world.Messages, one => one.Message.Message == ServiceMessage.Warning);
        }
    }
}
