using Alerts.Dates;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>Two at once, and answers that are lost, at the one moment where it matters.</summary>
public sealed class RaceFacts
{
    private static readonly KeyDate Truce = new(
        "truce", "Truce", null, [], new Moment(new LocalDate(2025, 11, 20), new LocalTime(12, 0), DateTimeZone.Utc), null, DateStatus.Confirmed, null, null, 0);

    [Fact]
    public async Task Of_two_who_save_a_date_at_once_the_list_of_dates_shows_the_later()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        var dates = world.Get<IKeyDates>();
        await dates.SaveAsync(Truce, null, null, CancellationToken.None);
        faults.Before = async asked =>
        {
            if (asked.StartsWith("PUT", StringComparison.Ordinal) && asked.Contains("PartitionKey='list'", StringComparison.Ordinal))
            {
                faults.Before = null;
                await dates.SaveAsync(Truce with { Title = "The later" }, null, null, CancellationToken.None);
            }
        };
        await dates.SaveAsync(Truce with { Title = "The earlier" }, null, null, CancellationToken.None);

        Assert.Null(faults.Before);
        Assert.Equal("The later", Assert.Single(await dates.ListAsync(new DateFilter(), null, 10, CancellationToken.None)).KeyDate.Title);
    }

    [Fact]
    public async Task A_lost_answer_to_rows_written_together_keeps_none_of_them_waiting()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        var struck = 0;
        faults.Before = asked =>
        {
            // The verification and the question to the contact, in one transaction; its next try finds them there.
            var isBoth = asked.Split("msg_").Length > 2 && asked.Contains("HTTP/1.1", StringComparison.Ordinal);
            faults.Lost = isBoth && struck++ == 0 ? 1 : 0;
            return Task.CompletedTask;
        };
        await world.Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook", WebhookFormat.Standard, World.Wish("P1D"), "contact@example.com", Seed.Random(), CancellationToken.None);
        await world.Settle();

        Assert.Equal(1, faults.Count["lost"]);
        Assert.Equal(
            [("email", ServiceMessage.ContactConfirmation), ("webhook", ServiceMessage.Verification)],
            world.Messages.Select(one => (one.Channel, one.Message.Message)).Order());
    }
}
