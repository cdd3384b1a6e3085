using Alerts.Sources;
using static Alerts.Tests.Sources.SourceBench;

namespace Alerts.Tests.Sources;

/// <summary>How the dates of a source develop from read to read.</summary>
public sealed class ComparisonTests
{
    private const string A = "a 2026-05-01 A";
    private const string B = "b 2026-06-01 B";

    [Fact]
    public void A_first_read_is_held_for_review_also_with_auto()
    {
        var bench = new SourceBench(ApplyMode.Auto).Read(A, B);
        Assert.Equal(["s-a added", "s-b added"], bench.Open);
        Assert.NotNull(bench.HeldBecause);
        Assert.Contains("first read", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
        Assert.Equal(["s-a 2026-05-01 A", "s-b 2026-06-01 B"], bench.AcceptAll().Dates);
        Assert.Equal(["watched"], bench["s-a"].KeyDate.Topics);
    }

    [Fact]
    public void Later_changes_are_saved_at_once_with_auto_and_proposed_with_review()
    {
        Assert.Equal(["s-a 2026-05-02 A2", "s-b 2026-06-01 B"], Auto(A).Read("a 2026-05-02 A2", B).Dates);
        var review = new SourceBench().Read(A).AcceptAll().Read("a 2026-05-02 A", B);
        Assert.Equal(["s-a moved", "s-b added"], review.Open);
        Assert.Equal(["s-a 2026-05-01 A"], review.Dates);
    }

    [Fact]
    public void Each_kind_of_change_has_its_word()
    {
        var bench = new SourceBench().Read(A, B, "c 2026-07-01 C", "d 2026-08-01 D x").AcceptAll()
            .Read("a 2026-05-01 New", "b 2026-06-01 B x", "c 2026-07-02 C", "d 2026-08-01 D");
        Assert.Equal(["s-a edited", "s-b cancelled", "s-c moved", "s-d reinstated"], bench.Open);
    }

    [Fact]
    public void What_is_unchanged_there_is_no_proposal_whatever_we_hold()
    {
        var bench = Auto(A).Edit("s-a", date => date with { Title = "Mine" }).Read(A);
        Assert.Empty(bench.Last.Entries);
        Assert.Equal(["s-a 2026-05-01 Mine"], bench.Dates);
    }

    [Fact]
    public void A_date_edited_by_hand_is_pinned_until_a_change_is_accepted()
    {
        var bench = Auto(A).Edit("s-a", date => date with { Title = "Mine" }).Read("a 2026-05-02 A");
        Assert.Equal(["s-a moved"], bench.Open);
        Assert.Equal(["s-a 2026-05-01 Mine"], bench.Dates);
        bench.Accept("s-a").Read("a 2026-05-03 A");
        Assert.Equal(["s-a 2026-05-03 A"], bench.Dates);
    }

    [Fact]
    public void A_new_content_has_a_new_id_and_the_same_content_keeps_it()
    {
        var bench = new SourceBench().Read(A);
        var first = bench.ProposalOf("s-a")!.Id;
        Assert.Equal(first, bench.Read(A).ProposalOf("s-a")!.Id);
        Assert.NotEqual(first, bench.Read("a 2026-05-02 A").ProposalOf("s-a")!.Id);
    }

    [Fact]
    public void A_proposal_is_withdrawn_when_the_source_returns_to_what_was_applied()
    {
        var bench = new SourceBench().Read(A).AcceptAll().Read("a 2026-05-02 A");
        Assert.Equal(["s-a moved"], bench.Open);
        Assert.Empty(bench.Read(A).Open);
    }

    [Fact]
    public void A_rejected_change_does_not_come_back_by_itself()
    {
        var bench = new SourceBench(ApplyMode.Auto).Read(A).AcceptAll().Edit("s-a", date =>
            date with { Title = "Mine" })
            .Read("a 2026-05-02 A").Reject("s-a").Read("a 2026-05-02 A").ReadUnchanged();
        Assert.Empty(bench.Open);
        // changed again: needs a review, even in auto mode
        Assert.Equal(["s-a moved"], bench.Read("a 2026-05-03 A").Open);
        Assert.Empty(bench.Read("a 2026-05-02 A").Open); // back to the rejected value
        Assert.Empty(bench.Read(A).Open); // back to the applied value
        Assert.Equal(["s-a 2026-05-01 Mine"], bench.Dates);
    }

    [Fact]
    public void A_date_absent_from_three_reads_is_proposed_as_vanished_and_never_cancelled()
    {
        var bench = Auto(A, B).Read(B).Read(B);
        Assert.Empty(bench.Open);
        Assert.True(bench.Last.HasAbsent);
        Assert.Equal(["s-a vanished"], bench.Read(B).Open);
        Assert.Equal(["s-a 2026-05-01 A", "s-b 2026-06-01 B"], bench.Dates);
        Assert.Equal(["s-a 2026-05-01 A x", "s-b 2026-06-01 B"], bench.Accept("s-a").Dates);
        Assert.False(bench.Read(B).Last.HasAbsent);
    }

    [Fact]
    public void An_answer_that_nothing_has_changed_counts_as_the_last_full_one()
    {
        var bench = Auto(A, B).Read(B).ReadUnchanged().ReadUnchanged();
        Assert.Equal(["s-a vanished"], bench.Open);
        Assert.Empty(bench.Read(A, B).Open);
    }

    [Fact]
    public void A_date_that_comes_back_in_time_has_not_vanished()
    {
        var bench = Auto(A, B).Read(B).Read(B).Read(A, B).Read(B).Read(B);
        Assert.Empty(bench.Open);
    }

    [Fact]
    public void A_date_that_was_cancelled_as_vanished_is_reinstated_when_it_is_back()
    {
        var bench = Auto(A, B).Read(B).Read(B).Read(B).Accept("s-a").Read(A, B);
        Assert.Equal(["s-a 2026-05-01 A", "s-b 2026-06-01 B"], bench.Dates);
    }

    [Fact]
    public void A_rejected_vanishing_is_not_proposed_again_until_it_was_there()
    {
        var bench = Auto(A, B).Read(B).Read(B).Read(B).Reject("s-a").Read(B).Read(B).Read(B).Read(B);
        Assert.Empty(bench.Open);
    }

    [Fact]
    public void A_past_date_does_not_vanish()
    {
        var bench = Auto("a 2025-05-01 A", B).Read(B).Read(B).Read(B);
        Assert.Empty(bench.Open);
        Assert.False(bench.Last.HasAbsent);
    }

    [Fact]
    public void An_id_of_somebody_elses_date_is_skipped_and_named()
    {
        var bench = new SourceBench(ApplyMode.Auto).With("s-a").Read(B).AcceptAll().Read(A, B);
        Assert.Empty(bench.Open);
        Assert.Contains("'s-a'", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
        Assert.Equal("Own", bench["s-a"].KeyDate.Title);
    }

    [Fact]
    public void An_open_proposal_is_withdrawn_when_somebody_else_has_taken_its_id()
    {
        var bench = new SourceBench().Read(A, B).With("s-a").Read(A, B);
        Assert.Equal(["s-b added"], bench.Open);
        Assert.Contains("'s-a'", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
        Assert.Contains("'s-a'", Assert.Single(bench.Read(A, B).Last.Warnings!), StringComparison.Ordinal);
        Assert.Empty(bench.Last.Entries);
        Assert.Equal(["s-b added"], new SourceBench().Read(A, B).With("s-a").Read(B).Open);
    }

    [Fact]
    public void A_held_change_stays_in_review_when_it_changes_again()
    {
        var bench = Auto(Many(10)).Read(Many(10, "2026-05-02"));
        bench.Now += Duration.FromHours(48);
        Assert.Equal(10, bench.Read(Many(10, "2026-05-03")).Open.Count());
    }

    [Fact]
    public void With_auto_an_open_proposal_does_not_keep_later_changes_from_being_saved()
    {
        var vanished = Auto(A, B).Read(B).Read(B).Read(B);
        Assert.Equal(["s-a vanished"], vanished.Open);
        Assert.Equal(["s-a 2026-05-02 A", "s-b 2026-06-01 B"], vanished.Read("a 2026-05-02 A", B).Dates);
        Assert.Equal(["s-a 2026-05-02 A x", "s-b 2026-06-01 B"], vanished.Read("a 2026-05-02 A x", B).Dates);

        var held = Auto(Many(10)).Read(Many(10, "2026-05-02")).Read([.. Many(1, "2026-05-02"), .. Many(9, from: 1)]);
        Assert.Equal(["s-e0 moved"], held.Open);
        Assert.Empty(held.Read([.. Many(1, "2026-05-03"), .. Many(9, from: 1)]).Open);
        Assert.Contains("s-e0 2026-05-03 E0", held.Dates);
    }

    [Fact]
    public void A_new_date_that_waits_for_review_goes_on_waiting_when_it_changes()
    {
        var bench = new SourceBench(ApplyMode.Auto).Read(A, B).Read("a 2026-05-02 A", B);
        Assert.Equal(["s-a added", "s-b added"], bench.Open);
        Assert.Empty(bench.Dates);
    }

    [Fact]
    public void The_absences_before_a_source_was_removed_do_not_count()
    {
        var bench = new SourceBench().Read(A, B).AcceptAll().Read(B).Read(B).RemoveAndAdd().Read(B).Read(B);
        Assert.Empty(bench.Open);
        Assert.Equal(["s-a vanished"], bench.Read(B).Open);
    }

    [Fact]
    public void A_captured_feed_of_3000_new_events_adds_none_and_says_so()
    {
        var bench = Auto(A).Read([A, .. Many(3000)]);
        Assert.Equal(["s-a 2026-05-01 A"], bench.Dates);
        Assert.Equal(Comparison.MaxDates - 1, bench.Open.Count());
        Assert.Contains(bench.Last.Warnings!, warning =>
            warning.Contains("1001 dates were left out", StringComparison.Ordinal));
        Assert.Contains(bench.Last.Warnings!, warning => warning.Contains("held for review", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_calendar_cancels_nothing()
    {
        var bench = Auto(A, B).Read().Read();
        Assert.Empty(bench.Open);
        Assert.Equal(["s-a vanished", "s-b vanished"], bench.Read().Open);
        Assert.DoesNotContain(bench.Dates, date => date.EndsWith(" x", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_occurrence_of_an_accepted_series_needs_no_review()
    {
        const string Daily = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260601\n"
            + "RRULE:FREQ=DAILY;COUNT={0}\nEND:VEVENT\nEND:VCALENDAR\n";
        var bench = new SourceBench().ReadFile(Daily.Replace("{0}", "2", StringComparison.Ordinal));
        Assert.Equal(["s-w-20260601 added", "s-w-20260602 added"], bench.Open);
        Assert.Equal(["s-w-20260601 added", "s-w-20260602 added", "s-w-20260603 added"],
            bench.ReadFile(Daily.Replace("{0}", "3", StringComparison.Ordinal)).Open);
        bench.Accept("s-w-20260601");
        bench.ReadFile(Daily.Replace("{0}", "4", StringComparison.Ordinal));
        Assert.Equal(["s-w-20260601 2026-06-01 W", "s-w-20260604 2026-06-04 W"], bench.Dates);
    }

    [Fact]
    public void A_bad_event_is_named_and_its_date_stays()
    {
        var bench = Auto(A, B);
        var broken = SourceBench.Calendar(A, B).Replace("DTSTART;VALUE=DATE:20260501", "DTSTART:soon",
            StringComparison.Ordinal);
        bench.ReadFile(broken).ReadFile(broken).ReadFile(broken).ReadFile(broken);
        Assert.Empty(bench.Open);
        Assert.Contains("'a'", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
    }

    [Fact]
    public void An_older_entry_is_skipped()
    {
        static string Event(int sequence, string stamp, string title) =>
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:" + title + "\nSEQUENCE:" + sequence + "\nDTSTAMP:" + stamp
            + "\nDTSTART;VALUE=DATE:20260501\nEND:VEVENT\nEND:VCALENDAR\n";
        var bench = new SourceBench(ApplyMode.Auto).ReadFile(Event(3, "20260101T000000Z", "New")).AcceptAll()
            .ReadFile(Event(2, "20250101T000000Z", "Old"));
        Assert.Contains("older", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
        Assert.Equal(["s-a 2026-05-01 New"], bench.Dates);
    }

    [Fact]
    public void What_the_calendar_does_not_hold_keeps_its_value()
    {
        var bench = Auto(A).Edit("s-a", date => date with { Summary = "By hand", Topics = ["watched", "mine"] })
            .Read("a 2026-05-02 A").Accept("s-a");
        Assert.Equal(("By hand", "watched mine"),
            (bench["s-a"].KeyDate.Summary, string.Join(' ', bench["s-a"].KeyDate.Topics)));
    }
}
