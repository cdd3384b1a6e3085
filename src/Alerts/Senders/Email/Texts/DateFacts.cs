using Alerts.Dates;

namespace Alerts.Senders.Email.Texts;

/// <summary>The facts that every alert shows about its date, besides when it is.</summary>
internal static class DateFacts
{
    public static string Title(KeyDate date) => PlainText.OneLine(date.Title);

    /// <summary>
    /// When the date is, for a subject: <c>10 Nov 2025, 00:01 New York</c>, with <c>,
    /// tentative</c> for a tentative date.
    /// </summary>
    public static string When(KeyDate date, DateTimeZone reader) =>
        TimeWords.Of(date, reader) + (date.Status == DateStatus.Tentative ? ", tentative" : "");

    /// <summary>Adds the date's status, the operator's reason, the summary, and where to read more.</summary>
    public static MailBody About(this MailBody body, KeyDate date, string? reason, MailLinks links)
    {
        if (date.Status == DateStatus.Tentative)
        {
            body.New("Status", ["Tentative: it may still change"]);
        }
        else
        {
            body.Fact("Status", [date.IsCancelled ? "Cancelled" : "Confirmed"]);
        }

        if (reason is not null)
        {
            body.Fact("Reason", PlainText.Lines(reason).Split('\n'));
        }

        body.Gap();
        if (!string.IsNullOrWhiteSpace(date.Summary))
        {
            body.Paragraph(PlainText.Lines(date.Summary));
        }

        if (date.Source is { } source)
        {
            body.Link(date.CheckedOn is { } on ? $"Source (checked on {TimeWords.Of(on)})" : "Source", source);
        }

        return body.Link("Details and history", links.Date(date));
    }

    /// <summary>Adds the footer of every email to a subscriber.</summary>
    /// <param name="because">Why this email was sent, as a sentence.</param>
    public static MailBody Footer(this MailBody body, string because, MailLinks links) => body.Footer(
        because, ("Manage", links.Manage), ("Your calendar", links.Calendar), ("Unsubscribe", links.Unsubscribe));
}
