using Alerts.Dates;
using Alerts.Due;

namespace Alerts.Tests.Due;

/// <summary>
/// Tests what a subscriber knows and may know. An attempt is written <c>STATE BEGUN-ENDED OUTCOME</c>. A state is a day
/// of November, or <c>x</c> for cancelled. The outcome is <c>d</c> for delivered and <c>r</c> for refused. An attempt
/// without an end is still in progress.
/// </summary>
public sealed class KnowledgeTests
{
    [Theory]
    [InlineData("20", "")] // nothing was sent
    [InlineData("10", "10 1-2 d")] // the known state is current
    [InlineData("20", "10 1-2 d", "10")] // moved after a reminder
    [InlineData("20", "10 1-2 r", "10")] // a refused attempt may have arrived
    [InlineData("20", "10 1- r", "10")] // so may an attempt in progress
    [InlineData("x", "10 1-2 d, x 3-4 r", "10")] // the cancellation was refused, then the cancelled date moved
    [InlineData("10", "10 1-2 d, x 3-4 r", "x")] // reinstated: the known state is right, the possible one is not
    [InlineData("20", "10 1-2 d, x 3-4 r, 20 5-6 r", "10")]
    // An attempt that ended before the known one began no longer counts.
    [InlineData("20", "10 1-2 d, x 3-4 r, 20 5-6 d")]
    [InlineData("20", "10 1-9 r, 20 5-6 d", "10")] // overlaps the known attempt: it may have arrived later
    [InlineData("20", "10 1-5 d, 20 3-6 d", "10")] // both delivered, overlapping: the order is unknown
    [InlineData("20", "20 1-5 d, 10 3-4 d", "10")]
    [InlineData("20", "10 1-2 d, 20 3-4 d")]
    // Known: the delivered attempt that ended last; possible: what ended after that one began.
    [InlineData("20", "20 1-9 d, 30 2-3 r, 20 4-5 d", "30")]
    [InlineData("10", "10 1-2 d, 20 3-4 d", "20")] // moved back after the correction
    [InlineData("10", "10 1-2 d, 20 3-4 r, x 5-6 r", "x")] // the newest possible state
    [InlineData("x", "x 1-2 d")] // all cancelled states are the same
    [InlineData("20", "10 5-6 d, 20 1-2 d", "10")] // the order of the attempts counts, not that of the list
    public void A_correction_is_owed_when_something_else_is_known_or_possible(
        string current, string attempts, string? previous = null) =>
        Assert.Equal(previous, Name(Of(attempts).CorrectionOwed(Date(current), Instant.MinValue)));

    [Theory]
    [InlineData("10", "20", 15, "10")]
    [InlineData("20", "10", 15, "20")]
    [InlineData("10", "12", 15, null)] // over in the known and in the current state
    [InlineData("10", "x", 15, "10")] // a cancelled date counts with its day as well: the 25th
    public void None_is_owed_when_the_date_had_passed_both_ways(
        string known, string current, int on, string? previous) =>
        Assert.Equal(previous,
            Name(Of($"{known} 1-2 d").CorrectionOwed(Date(current), Instant.FromUtc(2025, 11, on, 0, 0))));

    [Fact]
    public void Told_since_counts_what_was_delivered_and_tells_the_same()
    {
        var knowledge = Of("10 5-6 d, 20 7-8 d, 10 9-10 r");
        Assert.True(knowledge.WasNotifiedSince(Date("10"), Instant.FromUnixTimeSeconds(5)));
        Assert.False(knowledge.WasNotifiedSince(Date("10"), Instant.FromUnixTimeSeconds(6)));
        Assert.True(knowledge.WasNotifiedSince(Date("20"), Instant.FromUnixTimeSeconds(6)));
    }

    [Theory]
    [InlineData("10 5-6 d", true)]
    [InlineData("20 5-6 d", false)]
    [InlineData("10 5-6 d, 20 11-12 d", true)] // known when it was recorded; told since, before it was processed
    [InlineData("20 5-6 d, 10 11-12 d", true)] // the sender had read the old state before the change was recorded
    public void A_change_owes_a_correction_by_what_was_or_is_known(string attempts, bool isOwed) =>
        Assert.Equal(isOwed, Corrections.IsOwedBy(Change("20", order: 10), Of(attempts)));

    [Theory]
    [InlineData("", true)]
    [InlineData("20 5-6 d", false)]
    [InlineData("20 11-12 d", true)] // told since, before the change was processed
    [InlineData("10 5-6 d", false)] // owed a correction
    public void A_change_owes_short_notice_by_what_was_known_then(string attempts, bool isOwed)
    {
        // NoticeAt chose the lead; only its own instant counts here.
        var notice = new ShortNotice(null!, Instant.FromUnixTimeSeconds(1));

        Assert.Equal(isOwed, Owed.IsNoticeOwedBy(Change("20", order: 10), Of(attempts), notice));
    }

    private static DateVersion Change(string state, long order) => new(
        2, Instant.MinValue, Instant.MinValue, DateChange.Moved, null, Date(state))
    {
        Order = order,
    };

    private static Knowledge Of(string attempts) => Knowledge.Of(
        attempts.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(text =>
    {
        var (parts, order) = (text.Split(' '), text.Split(' ')[1].Split('-'));
        return new NotificationAttempt(
            Date(parts[0]), long.Parse(order[0], null), order[1].Length == 0 ? null
                : long.Parse(order[1], null), parts[2] == "d",
            Instant.FromUnixTimeSeconds(long.Parse(order[0], null)));
    }));

    private static string? Name(KeyDate? date) => date is null ? null : date.IsCancelled ? "x"
        : date.When.On.Day.ToString(null, null);

    private static KeyDate Date(string state) => new(
        "date", "Date", null, [], new Moment(new LocalDate(2025, 11, state == "x" ? 25 : int.Parse(state, null)),
            new LocalTime(12, 0), DateTimeZone.Utc), null,
        state == "x" ? DateStatus.Cancelled : DateStatus.Confirmed, null, null, state == "x" ? 99
            : int.Parse(state, null));
}
