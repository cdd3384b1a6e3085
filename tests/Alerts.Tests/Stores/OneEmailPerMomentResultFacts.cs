using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Tests.Stores;

/// <summary>What becomes of an email with several alerts becomes of each of their rows.</summary>
public abstract class OneEmailPerMomentResultFacts(Worlds worlds)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_of_the_provider_is_recorded_on_every_row()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        await world.Date("c", "2025-11-20 13:00");
        var reader = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 10:00");
        var mail = (OutboundDigest)world.Mails.Single();
        var events = world.Get<IMailEvents>();

        Assert.Equal(reader.Id, await events.RecordAsync(
            new MailEvent([.. mail.Keys], reader.Id, reader.Address, MailEventKind.Delivered, null), Cancel));
        Assert.All(await world.Ledger(reader), row =>
            Assert.Equal("delivered to the mailbox", Assert.Single(row.Attempts).Response));

        Assert.Equal(reader.Id, await events.RecordAsync(
            new MailEvent([mail.Id], null, reader.Address, MailEventKind.Refused, "full"), Cancel));
        Assert.All(await world.Ledger(reader), row =>
            Assert.Equal((DeliveryState.Failed, "refused by the mail provider: full"), (row.State, row.Reason)));
    }

    [Theory]
    [InlineData("Bounced", "Failed", "bounced: no such mailbox")]
    [InlineData("Complaint", "Delivered", "reported as spam")]
    public async Task A_bounce_and_a_complaint_are_those_of_every_row(string news, string state, string said)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        await world.Date("before", "2025-11-09 13:00");
        var reader = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 10:00");
        var mail = world.Mails.OfType<OutboundDigest>().Single();

        Assert.Equal(reader.Id, await world.Get<IMailEvents>().RecordAsync(
            new MailEvent(
                [.. mail.Keys], reader.Id, reader.Address, Enum.Parse<MailEventKind>(news), "no such mailbox"),
            Cancel));

        var rows = (await world.Ledger(reader)).ToLookup(row => row.KeyDateId == "before");
        Assert.Equal(2, rows[false].Count());
        Assert.All(rows[false], row => Assert.Equal(
            (state, said), (row.State.ToString(), row.Reason ?? Assert.Single(row.Attempts).Response)));
        Assert.Equal(
            (DeliveryState.Delivered, "ok"),
            (Assert.Single(rows[true]).State, Assert.Single(rows[true].Single().Attempts).Response));
    }

    [Fact]
    public async Task A_time_out_is_that_of_every_row_and_the_retry_is_one_mail()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        var reader = await world.Subscribe("P1D");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(null, "no answer within 15 s"));
        await world.RunUntil("2025-11-09 09:00");
        await world.Settle();

        var rows = await world.Ledger(reader);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(
            (DeliveryState.Retrying, "no answer within 15 s"), (row.State, Assert.Single(row.Attempts).Response)));
        Assert.Single(rows.Select(row => row.NextAttemptAt).Distinct());

        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(250, "ok"));
        await world.RunUntil("2025-11-09 10:00");
        Assert.Equal(["P1D a + P1D b", "P1D a + P1D b"], OneEmailPerMomentFacts.Mails(world));
        Assert.Single(world.Mails.Select(mail => mail.Id).Distinct());
    }

    [Fact]
    public async Task A_refusal_of_one_reader_in_a_request_is_that_of_every_row_of_theirs()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        world.MaxBatchSize = 10;
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        var (refused, other) = (await world.Subscribe("P1D"), await world.Subscribe("P1D"));
        world.Answer = alert => Task.FromResult<SendResult>(alert.Subscription.Id == refused.Id
            ? new GaveUp(400, "bad address", "refused by the mail provider: bad address") : new Delivered(202, "ok"));
        await world.RunUntil("2025-11-09 10:00");

        Assert.Equal(2, Assert.Single(world.Calls).Count);
        Assert.Equal(
            [(DeliveryState.Failed, 1), (DeliveryState.Failed, 1)],
            (await world.Ledger(refused)).Select(row => (row.State, row.Attempts.Count)));
        Assert.Equal(
            [(DeliveryState.Delivered, 1), (DeliveryState.Delivered, 1)],
            (await world.Ledger(other)).Select(row => (row.State, row.Attempts.Count)));
    }

    [Fact]
    public async Task Doubt_and_refusal_are_those_of_every_row()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-20 13:00");
        var reader = await world.Subscribe("P1D P11D");
        world.Answer = _ => Task.FromResult<SendResult>(new InDoubt("no answer", Duration.FromMinutes(10)));
        await world.RunUntil("2025-11-09 09:05");
        Assert.All(await world.Ledger(reader), row => Assert.Equal(DeliveryState.Sending, row.State));

        world.Answer = _ => Task.FromResult<SendResult>(new GaveUp(550, "no such mailbox", "mailbox refused"));
        await world.RunUntil("2025-11-09 10:00");

        Assert.All(await world.Ledger(reader), row => Assert.Equal(DeliveryState.Failed, row.State));
        Assert.Equal(["P1D a + P11D b", "P1D a + P11D b"], OneEmailPerMomentFacts.Mails(world));
        Assert.Single(world.Mails.Select(mail => mail.Id).Distinct());
    }
}

public sealed class OneEmailPerMomentResultOnSqliteFacts() : OneEmailPerMomentResultFacts(Worlds.OnSqlite);

public sealed class OneEmailPerMomentResultOnTableStorageFacts() : OneEmailPerMomentResultFacts(Worlds.OnTableStorage);
