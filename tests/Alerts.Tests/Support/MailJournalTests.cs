using Alerts.Senders;
using Alerts.Tests.Senders.Email;

namespace Alerts.Tests.Support;

/// <summary>Tests that the journal of random histories finds a repeat, and that a resend is not one.</summary>
public sealed class MailJournalTests
{
    private static readonly OutboundAlert Reminder =
        Mails.Reminder(Mails.Date("2025-11-10T00:01"), "2025-11-09T14:00:00Z");

    private readonly MailJournal journal = new(mayBeginUnseen: false);

    [Fact]
    public void What_is_sent_after_its_delivery_was_marked_is_wrong()
    {
        Deliver();
        journal.Settled();
        Assert.Empty(journal.Wrong);
        journal.Sent(Reminder);

        Assert.Contains("its delivery was marked", Assert.Single(journal.Wrong), StringComparison.Ordinal);
    }

    // Delivered, queued once more before the world came to rest, and refused: a third attempt is right.
    [Fact]
    public async Task What_is_queued_once_more_may_be_sent_until_it_is_delivered()
    {
        Deliver();
        await journal.ResendAsync(Reminder.Id, () => Task.FromResult(true));
        journal.Sent(Reminder);
        journal.Settled();
        journal.Sent(Reminder);

        Assert.Empty(journal.Wrong);
    }

    private void Deliver()
    {
        journal.Sent(Reminder);
        journal.Delivered(Reminder);
    }
}
