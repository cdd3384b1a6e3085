using System.Text.RegularExpressions;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Senders;
using MimeKit;

namespace Alerts.Tests.Senders.Email;

/// <summary>Tests mails with several alerts.</summary>
public sealed class DigestMailTests
{
    /// <summary>Returns reminders; the nearest date is tomorrow.</summary>
    internal static OutboundDigest Reminders(int count = 3) => Of([.. Enumerable.Range(0, count).Select(i =>
        Mails.Reminder(DateOf(i), "2025-11-09T14:00:00Z") with { Lead = i == 0 ? "P1D" : "P7D" })]);

    /// <summary>Returns corrections: in turn a rescheduled, a cancelled and a reinstated date.</summary>
    internal static OutboundDigest Corrections(int count = 3) => Of([.. Enumerable.Range(0, count).Select(i =>
    {
        var date = DateOf(i) with { Revision = 2 };
        var cancelled = date with { Status = DateStatus.Cancelled };
        return (i % 3) switch
        {
            0 => Mails.Correction(date, date with { When = Mails.Moment("2025-11-10T12:00", "Europe/Brussels") }),
            1 => Mails.Correction(cancelled, date, reason: "Called off at the meeting in Busan."),
            _ => Mails.Correction(date, cancelled),
        };
    })]);

    internal static OutboundDigest Of(IReadOnlyList<OutboundAlert> alerts)
    {
        List<OutboundAlert> keyed = [.. alerts.Select(alert => alert with { Id = AlertKey.Of(
            alert.Subscription.Id, alert.Date.KeyDate.Id, alert.Date.KeyDate.Revision, alert.Kind, alert.Lead) })];
        return new OutboundDigest(
            AlertKey.OfSeveral(keyed.Select(alert => alert.Id)), keyed[0].Subscription, keyed[0].At, keyed);
    }

    [Fact]
    public void The_subject_names_the_nearest_date_and_how_many_more()
    {
        Assert.Equal("Tomorrow: EU deforestation regulation applies, and 2 more", Mails.Received(Reminders()).Subject);
        Assert.Equal("3 dates changed: EU deforestation regulation applies, and 2 more",
            Mails.Received(Corrections()).Subject);
    }

    [Fact]
    public void The_headers_name_the_mail_and_each_of_its_alerts()
    {
        var digest = Reminders(50);
        var raw = Mails.Raw(digest);
        var mail = Mails.Received(digest);

        Assert.Equal(digest.Id + "@example.com", mail.MessageId);
        Assert.Equal(digest.Keys, mail.Headers["X-Alerts-Keys"]?.Split(", "));
        Assert.All(raw.Split("\r\n\r\n")[0].Split("\r\n"), line => Assert.InRange(line.Length, 1, 120));
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
    }

    [Fact]
    public void Each_date_has_a_section_and_the_links_come_once()
    {
        var mail = Mails.Received(Corrections());

        foreach (var text in (string[])[mail.TextBody ?? "", mail.HtmlBody ?? ""])
        {
            var places = ((string[])["Moved: EU defor", "Cancelled: Section 301", "Back on: The truce"])
                .Select(title => text.IndexOf(title, StringComparison.Ordinal)).ToList();
            Assert.DoesNotContain(-1, places);
            Assert.Equal(places.Order(), places);
            Assert.Equal(3, Regex.Count(text, "/dates/date-"));
            Assert.Equal(1, Regex.Count(text, "/manage/"));
            Assert.Equal(1, Regex.Count(text, "/unsubscribe/"));
        }

        Assert.Contains("Reason: Called off at the meeting in Busan.", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void Reminders_say_when_each_date_is_and_which_leads_were_asked_for()
    {
        var text = Mails.Received(Reminders()).TextBody!.ReplaceLineEndings("\n");

        Assert.StartsWith("3 dates\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\n\nTomorrow: EU deforestation regulation applies\n----", text, StringComparison.Ordinal);
        Assert.Contains("\n\nIn 3 days: The truce of Geneva expires", text, StringComparison.Ordinal);
        Assert.Contains("because you asked for alerts 1 day before and 7 days before.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_calendar_part_holds_an_event_for_each_date()
    {
        var mail = Mails.Received(Reminders(50));
        var part = mail.BodyParts.OfType<TextPart>().Single(one => one.ContentType.IsMimeType("text", "calendar"));
        var calendar = Ical.Net.Calendar.Load(part.Text)!; // the part is a calendar

        Assert.Equal("PUBLISH", part.ContentType.Parameters["method"]);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"date-{i}"), calendar.Events.Select(one => one.Uid));
    }

    [Fact]
    public void A_retry_with_one_alert_left_reads_like_an_email_of_one()
    {
        var digest = Reminders();
        var left = digest with { Alerts = [digest.Alerts[1]] };
        var (mail, alone) = (Mails.Received(left), Mails.Received(digest.Alerts[1]));

        Assert.Equal(digest.Id + "@example.com", mail.MessageId);
        Assert.Equal((alone.Subject, alone.TextBody), (mail.Subject, mail.TextBody));
        Assert.Equal(digest.Alerts[1].Id, mail.Headers["X-Alerts-Keys"]);
    }

    [Fact]
    public void Digests_of_the_same_alerts_have_one_text_for_all_readers()
    {
        var digest = Reminders();
        var other = digest with
        {
            Alerts = [.. digest.Alerts.Select(alert => alert with { Id = "al_other", Subscription = Other })],
        };

        Assert.Equal(digest.Text, other.Text);
        Assert.Equal(digest.Text.GetHashCode(), other.Text.GetHashCode());
        Assert.NotEqual(digest.Text, Reminders(2).Text);
        Assert.NotEqual(digest.Text, (digest with { Alerts = [.. digest.Alerts.Reverse()] }).Text);
    }

    private static Alerts.Subscriptions.Subscription Other => Mails.Subscriber(address: "other@example.com");

    private static KeyDate DateOf(int i) =>
        Mails.Date(
            $"2025-11-{10 + i % 20:00}T09:00",
            i % 2 == 0 ? "America/New_York" : "Europe/Brussels",
            title: (i % 4) switch
            {
                0 => "EU deforestation regulation applies",
                1 => "Section 301 exclusions for goods from China expire",
                2 => "The truce of Geneva expires",
                _ => "APEC Economic Leaders' Meeting, Gyeongju",
            },
            summary: i % 3 == 0
                ? "Until then the higher rates are suspended. Without an extension they apply again."
                : null,
            status: i % 5 == 4 ? DateStatus.Tentative : DateStatus.Confirmed) with
        {
            Id = $"date-{i}",
        };
}
