using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Tests.Senders.Email;

public sealed class SubjectTests
{
    private const string Title = "US-China tariff truce expires";

    [Theory]
    [InlineData(
        "2025-11-10T00:01", null, "America/New_York", "2025-11-09T14:00:00Z",
        $"Tomorrow: {Title} (10 Nov 2025, 00:01 New York)")]
    [InlineData(
        "2025-11-10T00:01", null, "Asia/Tokyo", "2025-11-08T23:00:00Z",
        $"Tomorrow: {Title} (10 Nov 2025, 14:01 Tokyo)")]
    [InlineData(
        "2025-11-10T00:01", null, "America/New_York", "2025-11-03T14:00:00Z",
        $"In 7 days: {Title} (10 Nov 2025, 00:01 New York)")]
    [InlineData(
        "2025-11-10T00:01", null, "America/New_York", "2025-11-10T04:01:00Z",
        $"In 1 hour: {Title} (10 Nov 2025, 00:01 New York)")]
    [InlineData(
        "2025-11-10T00:01", null, "America/New_York", "2025-11-10T05:01:00Z",
        $"Now: {Title} (10 Nov 2025, 00:01 New York)")]
    [InlineData("2025-11-01", null, "Asia/Tokyo", "2025-10-31T23:00:00Z", $"Today: {Title} (1 Nov 2025)")]
    [InlineData(
        "2025-10-31", "2025-11-01", "Asia/Tokyo", "2025-10-30T23:00:00Z", $"Today: {Title} (31 Oct to 1 Nov 2025)")]
    public void A_reminder_says_what_and_when(string when, string? end, string zone, string at, string expected) =>
        Assert.Equal(expected, Mails.Received(Mails.Reminder(Mails.Date(when, end: end), at, zone)).Subject);

    [Theory]
    // Sent to New York at 09:00 (P1D), 10:00 (PT1H) and at 09:00 the day after (P0D).
    [InlineData("P1D", "2025-10-29T13:00:00Z", "In 2 hours", "Begins today, 29 Oct, 11:00 New York (30 Oct in Seoul)")]
    [InlineData("PT1H", "2025-10-29T14:00:00Z", "In 1 hour", "Begins today, 29 Oct, 11:00 New York (30 Oct in Seoul)")]
    [InlineData("P0D", "2025-10-30T13:00:00Z", "Now", "Began yesterday, 29 Oct, 11:00 New York (30 Oct in Seoul)")]
    public void An_all_day_date_abroad_says_when_it_begins_for_the_reader(
        string lead, string at, string soon, string begins)
    {
        var mail = Mails.Received(Mails.Reminder(Mails.Date("2025-10-30", "Asia/Seoul"), at) with { Lead = lead });

        Assert.Equal($"{soon}: {Title} (30 Oct 2025)", mail.Subject);
        Assert.StartsWith($"{soon}: {Title}", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(begins, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(begins, mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("1 day\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("omorrow", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void An_all_day_date_at_home_keeps_its_day_words_and_needs_no_word_on_when_it_begins()
    {
        var mail = Mails.Received(Mails.Reminder(Mails.Date("2025-11-01"), "2025-10-31T13:00:00Z"));

        Assert.Equal($"Tomorrow: {Title} (1 Nov 2025)", mail.Subject);
        Assert.Contains("Time left: 15 hours", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("Begins", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tentative_date_says_so_in_subject_text_and_html()
    {
        var mail = Mails.Received(
            Mails.Reminder(Mails.Date("2025-11-01", status: DateStatus.Tentative), "2025-10-31T13:00:00Z"));

        Assert.Equal($"Tomorrow: {Title} (1 Nov 2025, tentative)", mail.Subject);
        Assert.Contains("Status: Tentative", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Tentative", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_reminder_says_that_it_is_late_and_counts_from_now()
    {
        var mail = Mails.Received(Mails.Reminder(Mails.Date(), "2025-11-07T14:00:00Z", dueAt: "2025-11-03T14:00:00Z"));

        Assert.StartsWith("In 3 days: ", mail.Subject, StringComparison.Ordinal);
        Assert.Contains(
            "This reminder is late: it was due on 3 Nov 2025, 09:00 New York.", mail.TextBody,
            StringComparison.Ordinal);
        Assert.Contains("This reminder is late", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reminder_in_time_does_not_speak_of_being_late() =>
        Assert.DoesNotContain(
            "late", Mails.Received(Mails.Reminder(Mails.Date(), "2025-11-03T14:00:01Z")).TextBody,
            StringComparison.Ordinal);

    [Fact]
    public void A_moved_date_names_both_dates_the_old_struck_through_and_the_new_bold()
    {
        var mail = Mails.Received(
            Mails.Correction(Mails.Date("2026-11-10T00:01", revision: 2), Mails.Date(), reason: "Executive Order 14358")
        );

        Assert.Equal($"Moved: {Title}, now 10 Nov 2026, 00:01 New York", mail.Subject);
        Assert.Contains("Was: Monday, 10 Nov 2025, 00:01 New York", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Now: Tuesday, 10 Nov 2026, 00:01 New York", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("In 371 days", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Reason: Executive Order 14358", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("<s>Monday, 10 Nov 2025, 00:01 New York", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("<b>Tuesday, 10 Nov 2026, 00:01 New York", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_that_is_on_again_says_so()
    {
        var mail = Mails.Received(
            Mails.Correction(Mails.Date(revision: 3), Mails.Date(status: DateStatus.Cancelled, revision: 2)));

        Assert.Equal($"Back on: {Title} (10 Nov 2025, 00:01 New York)", mail.Subject);
        Assert.DoesNotContain("Was:", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_that_is_on_again_elsewhere_names_both_dates()
    {
        var mail = Mails.Received(Mails.Correction(
            Mails.Date("2025-12-01", status: DateStatus.Tentative, revision: 3),
            Mails.Date(status: DateStatus.Cancelled, revision: 2)));

        Assert.Equal($"Back on: {Title} (1 Dec 2025, tentative)", mail.Subject);
        Assert.Contains("Was: Monday, 10 Nov 2025", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Now: Monday, 1 Dec 2025", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_date_says_what_it_was_and_why()
    {
        var told = Mails.Date("2025-11-01", status: DateStatus.Tentative);
        var mail = Mails.Received(Mails.Correction(
            told with { Status = DateStatus.Cancelled, Revision = 2 }, told, reason: "Shelved\r\nin Busan"));

        Assert.Equal($"Cancelled: {Title} (was 1 Nov 2025)", mail.Subject);
        Assert.Contains(
            "Reason: Shelved\n        in Busan", mail.TextBody?.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("<s>Saturday, 1 Nov 2025", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verification_is_never_mailed() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Mails.Composer().Compose(Mails.Service(ServiceMessage.Verification)));
}
