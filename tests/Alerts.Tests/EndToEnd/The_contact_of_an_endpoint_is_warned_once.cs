using Alerts.Ledger;
using Alerts.Subscriptions;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Section 7 of the contract: after 6 hours of failures an email to the confirmed contact warns the owner of an
/// endpoint. Times are UTC.
/// </summary>
public abstract class The_contact_of_an_endpoint_is_warned_once(Worlds worlds)
{
    private static readonly TryAgain Down = new(503, "down");
    private static readonly Delivered Up = new(200, "ok");

    [Fact]
    public async Task After_six_hours_without_a_success_and_once_only()
    {
        await using var world = await Failing();
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-03 15:00 email ops@example.com"], Warnings(world));
        Assert.Equal(
            SubscriptionStatus.Disabled,
            (await world.Subscriptions.FindAsync(Id(world), CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task Not_when_it_succeeded_meanwhile()
    {
        await using var world = await Failing();
        await world.RunUntil("2025-11-03 09:10");
        world.Answer = _ => Task.FromResult<SendResult>(Up);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Empty(Warnings(world));
    }

    [Fact]
    public async Task Again_when_it_fails_again_after_a_success()
    {
        await using var world = await Failing();
        await world.RunUntil("2025-11-03 18:00");
        world.Answer = _ => Task.FromResult<SendResult>(Up);
        await world.RunUntil("2025-11-08 00:00");
        world.Answer = _ => Task.FromResult<SendResult>(Down);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(
            ["2025-11-03 15:00 email ops@example.com", "2025-11-09 15:00 email ops@example.com"], Warnings(world));
    }

    [Fact]
    public async Task Never_before_the_contact_has_confirmed()
    {
        await using var world = await Failing(isConfirmed: false);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Empty(Warnings(world));
    }

    [Fact]
    public async Task Not_any_more_once_they_stopped_the_warnings()
    {
        await using var world = await Failing();
        await world.RunUntil("2025-11-03 12:00");
        await world.Subscriptions.AnswerContactAsync(Id(world), isWanted: false, CancellationToken.None);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Empty(Warnings(world));
    }

    // A mail server that is down says nothing about the endpoint.
    [Fact]
    public async Task What_becomes_of_the_warning_itself_does_not_count_against_the_endpoint()
    {
        await using var world = await Failing();
        await world.RunUntil("2025-11-03 15:00");

        var (channel, warning) = world.Messages.Last();
        Assert.Equal(("email", "ops@example.com"), (channel, warning.To));
        Assert.Equal(
            World.Utc("2025-11-03 09:00"),
            (await world.Subscriptions.FindAsync(Id(world), CancellationToken.None))!.FailingSince
        ); // a delivered warning is not a success of the endpoint
    }

    private async Task<World> Failing(bool isConfirmed = true)
    {
        var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 09:00");
        var made = await world.Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook",
            WebhookFormat.Standard,
            World.Preferences("P7D P1D"),
            "ops@example.com",
            SubscriptionIdentity.Random(),
            CancellationToken.None);
        world.Get<ChangeSignal>().Raise();
        await world.Settle();
        Assert.Equal(
            ["ContactConfirmation email ops@example.com", "Verification webhook https://example.com/hook"],
            world.Messages.Select(one => $"{one.Message.Message} {one.Channel} {one.Message.To}").Order());
        if (isConfirmed)
        {
            await world.Subscriptions.AnswerContactAsync(made!.Id, isWanted: true, CancellationToken.None);
        }

        world.Answer = _ => Task.FromResult<SendResult>(Down);
        return world;
    }

    private static string Id(World world) => world.Messages.First().Message.Subscription.Id;

    private static IEnumerable<string> Warnings(World world) =>
        world
            .Messages.Where(one => one.Message.Message == ServiceMessage.Warning)
            .Select(one =>
                LocalDateTimePattern
                    .CreateWithInvariantCulture("uuuu-MM-dd HH:mm")
                    .Format(one.Message.At.InUtc().LocalDateTime)
                + $" {one.Channel} {one.Message.To}");
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class The_contact_of_an_endpoint_is_warned_once_on_SQLite()
    : The_contact_of_an_endpoint_is_warned_once(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class The_contact_of_an_endpoint_is_warned_once_on_Table_Storage()
    : The_contact_of_an_endpoint_is_warned_once(Worlds.OnTableStorage);
