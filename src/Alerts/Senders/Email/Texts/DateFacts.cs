using Alerts.Dates;
using NodaTime;

namespace Alerts.Senders.Email.Texts;

/// <summary>What every alert says of its date besides its moment.</summary>
internal static class DateFacts
{
    public static string Title(KeyDate date) => PlainText.OneLine(date.Title);

    /// <summary>For a subject: <c>10 Nov 2025, 00:01 New York</c>, with <c>, tentative</c> where it is.</summary>
    public static string When(KeyDate date, DateTimeZone reader) =>
        TimeWords.Of(date, reader) + (date.Status == DateStatus.Tentative ? ", tentative" : "");

    /// <summary>How sure it is, its summary, the operator's reason, and where to read more.</summary>
    public static MailBody About(this MailBody body, KeyDate date, string? reason, MailLinks links)
    {
        body.Fact("Status", [Status(date.Status)]);
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
            body.Link("Source", source);
        }

        return body.Link("Details and history", links.Date(date)).Footer(links);
    }

    private static string Status(DateStatus status) => status switch
    {
        DateStatus.Tentative => "Tentative: it may still change",
        DateStatus.Confirmed => "Confirmed",
        DateStatus.Cancelled => "Cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
