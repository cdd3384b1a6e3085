namespace Alerts.Senders.Email.Texts;

/// <summary>A date was called off: what was told before, and why it no longer holds.</summary>
internal static class CancelledText
{
    public static MailText Of(OutgoingAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var before = alert.Previous ?? throw new InvalidOperationException("a correction says what was told before");
        var zone = alert.Subscription.Wish.Zone;
        var what = $"Cancelled: {DateFacts.Title(date)}";
        var body = new MailBody()
            .Heading(what)
            .Paragraph("This date is called off. You need not reckon with it any more.")
            .Old("Was", TimeWords.Lines(before, zone))
            .About(date, alert.Reason, links);
        return new MailText($"{what} (was {TimeWords.Of(before, zone)})", body);
    }
}
