using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Tests.Stores;

/// <summary>
/// A mail of two corrections may have arrived. When it is to be sent again, a reminder of one of the two dates is being
/// sent. Times are UTC.
/// </summary>
public abstract class WaitingMailFacts(Worlds worlds)
{
    private static readonly Instant ReminderAt = World.Utc("2025-11-11 09:00");

    private readonly TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_sent_again_as_a_whole_when_the_attempt_of_the_reminder_has_ended()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await CorrectAsync(world);
        world.AnswerWhole = async message =>
        {
            if (IsCorrection(message))
            {
                return new Delivered(250, "ok");
            }

            await refused.Task;
            return new TryAgain(451, "later");
        };
        await world.BeginUntil(ReminderAt);
        await Eventually.BecomesTrueAsync("the reminder is being sent",
            () => Task.FromResult(world.Mails.Any(mail => !IsCorrection(mail) && mail.At == ReminderAt)), Cancel);
        await world.BeginUntil(ReminderAt + Duration.FromSeconds(10));
        await world.Date("other", "2025-11-18 10:00"); // its reminder, due at once, is claimed after the corrections
        await world.Watcher.FollowChangesAsync(Cancel);
        await world.BeginUntil(world.Now);
        await Eventually.BecomesTrueAsync("what is due was looked at",
            () => Task.FromResult(world.Alerts.Any(alert => alert.Date.KeyDate.Id == "other")), Cancel);
        refused.SetResult();
        await world.RunUntil(ReminderAt + Duration.FromMinutes(1));

        AssertRepeated(world);
    }

    [Fact]
    public async Task It_is_sent_again_as_a_whole_when_the_reminder_is_no_longer_in_doubt()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await CorrectAsync(world);
        world.AnswerWhole = message => Task.FromResult<SendResult>(
            IsCorrection(message) ? new Delivered(250, "ok")
            : message.At == ReminderAt ? new InDoubt("no answer", Duration.FromMinutes(10))
            : new TryAgain(451, "later"));
        await world.RunUntil(ReminderAt + Duration.FromMinutes(5));
        Assert.Single(world.Mails, IsCorrection);
        await world.RunUntil(ReminderAt + Duration.FromMinutes(11));

        AssertRepeated(world);
    }

    /// <summary>
    /// Sends a mail of two corrections that may have arrived, two seconds before a reminder of the first date. It is
    /// tried again some seconds after the reminder.
    /// </summary>
    private static async Task CorrectAsync(World world)
    {
        await world.Import(("a", "2025-11-20 12:00"), ("b", "2025-11-21 12:00"));
        await world.Subscribe("P14D P7D");
        await world.RunUntil("2025-11-10 00:00");
        world.Mails.Clear();
        world.AnswerWhole = _ => Task.FromResult<SendResult>(new TryAgain(null, "no answer within 15 s"));
        await world.RunUntil(ReminderAt - Duration.FromSeconds(2));
        await world.Import(("a", "2025-11-18 12:00"), ("b", "2025-11-27 12:00"));
        await world.Settle();
        Assert.Equal(2, Assert.IsType<OutboundDigest>(Assert.Single(world.Mails)).Alerts.Count);
    }

    private static void AssertRepeated(World world)
    {
        var mails = world.Mails.Where(IsCorrection).Cast<OutboundDigest>().ToList();
        Assert.Equal(2, mails.Count);
        Assert.Single(mails.Select(mail => mail.Id).Distinct());
        Assert.Equal(mails[0].Keys, mails[1].Keys);
    }

    private static bool IsCorrection(OutboundMessage message) =>
        (message is OutboundDigest several ? several.Alerts[0] : (OutboundAlert)message).Kind != AlertKind.Reminder;
}

public sealed class WaitingMailOnSqliteFacts() : WaitingMailFacts(Worlds.OnSqlite);

public sealed class WaitingMailOnTableStorageFacts() : WaitingMailFacts(Worlds.OnTableStorage);
