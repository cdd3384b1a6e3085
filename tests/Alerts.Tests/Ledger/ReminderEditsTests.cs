using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using NodaTime.Text;

namespace Alerts.Tests.Ledger;

/// <summary>
/// Tests what an edit does to the reminders of a date on Wednesday, 12 November 2025, 09:05 UTC. A row is written
/// <c>LEAD STATE DAY HOUR</c>, where <c>Overtaken</c> means void for that reason. A change is written
/// <c>LEAD DAY HOUR</c> or <c>LEAD void</c>.
/// </summary>
public sealed class ReminderEditsTests
{
    private static readonly DateVersion Version = new(
        1, World.Utc("2025-10-01 00:00"), World.Utc("2025-10-01 00:00"), DateChange.Added, null, new KeyDate(
        "date", "Date", null, [], new Moment(new LocalDate(2025, 11, 12), new LocalTime(9, 5), DateTimeZone.Utc), null,
            DateStatus.Confirmed, null, null, 1));

    [Theory]
    // The edit changes the hour.
    [InlineData("P1D", "P1D 10:00", "11 08:00", "P1D Queued 11 09:00", "P1D 11 10:00")]
    [InlineData("P1D", "P1D 08:00", "11 08:30", "P1D Queued 11 09:00", "P1D 11 08:30")] // into the past: sent at once
    [InlineData("P1D", "P1D 08:00", "11 08:30", "", "P1D 11 08:30")] // also without a row
    [InlineData("P1D", "P1D 08:00", "11 09:30", "P1D Delivered 11 09:00", "")]
    // A lead is removed, or added again.
    [InlineData("P1D P7D", "P1D", "11 08:00", "P7D Retrying 05 09:00", "P7D void")]
    [InlineData("P1D", "P1D P7D", "11 08:00", "P7D Void 05 09:00", "P7D 05 09:00")]
    [InlineData("P1D", "P1D P2D", "09 08:00", "P2D Void 10 09:00", "P2D 10 09:00")]
    [InlineData("P1D", "P1D P7D", "12 09:06", "P7D Void 05 09:00", "")] // the date has begun
    [InlineData("P1D", "P1D P7D", "11 08:00", "", "")] // a lead that was never owed sends nothing for the past
    [InlineData("P1D", "P1D P7D", "11 08:00", "P7D Delivered 05 09:00", "")]
    // The clock was set back: a short notice waits for its own instant again, and the passed lead takes over.
    [InlineData("P1D P7D", "P1D P7D", "10 10:00", "P1D Queued 11 12:00", "P7D 10 10:00, P1D 11 09:00")]
    [InlineData("P1D P7D 08:00", "P1D P7D", "10 10:00", "P1D Queued 11 09:00", "")] // an edit that is followed twice
    // Added again together with a lead of the same instant that is first in text order and never had a row.
    [InlineData("P2D", "1BD P1D P2D", "11 10:00", "P1D Void 11 09:00", "P1D 11 09:00")]
    // A reminder was overtaken by a lead that is removed undelivered.
    [InlineData("P1D P7D", "P7D", "11 10:00", "P1D Retrying 11 09:00, P7D Overtaken 05 09:00",
        "P7D 05 09:00, P1D void")]
    [InlineData("P1D P7D", "P7D", "11 10:00", "P1D Delivered 11 09:00, P7D Overtaken 05 09:00", "")]
    [InlineData("P1D P2D P7D", "P2D P7D", "11 10:00",
        "P1D Retrying 11 09:00, P2D Failed 10 09:00, P7D Overtaken 05 09:00", "P1D void")]
    // The overtaken reminder's lead is removed too: another lead of the same instant takes its place.
    [InlineData("2BD P2D PT25H P7D", "P2D P7D", "11 10:00", "2BD Overtaken 10 09:00, PT25H Retrying 11 08:05",
        "P2D 10 09:00, PT25H void")]
    [InlineData("2BD P2D PT25H P7D", "P2D P7D", "11 10:00", "2BD Overtaken 10 09:00, PT25H Delivered 11 08:05", "")]
    // A reminder was overtaken, and the edit moves its instant into the future.
    [InlineData("P2D PT49H", "P2D PT49H 10:00", "10 09:30", "PT49H Delivered 10 08:05, P2D Overtaken 10 09:00",
        "P2D 10 10:00")]
    // Leads with the same instant.
    [InlineData("1BD P1D", "P1D", "11 09:00", "1BD Retrying 11 09:00", "P1D 11 09:00, 1BD void")]
    // The outcome of the attempt is not known yet.
    [InlineData("1BD P1D", "P1D", "11 09:00", "1BD Sending 11 09:00", "P1D 11 09:00")]
    [InlineData("1BD P1D", "P1D", "11 09:00", "1BD Delivered 11 09:00", "")]
    [InlineData("P1D PT24H", "P1D PT24H 09:05", "11 09:01", "P1D Delivered 11 09:00", "PT24H 11 09:05")]
    [InlineData("P1D PT24H", "P1D PT24H 09:05", "11 09:01", "P1D Failed 11 09:00", "PT24H 11 09:05")]
    [InlineData("P1D PT24H", "P1D PT24H 09:05", "11 09:01", "P1D Delivered 11 09:00, PT24H Queued 11 09:05", "")]
    [InlineData("P1D PT24H", "P1D PT24H 09:05", "11 09:01", "P1D Retrying 11 09:00, PT24H Queued 11 09:05",
        "P1D 11 09:05, PT24H void")]
    // A lead that the edit adds takes the place of another of the same instant that was never delivered.
    [InlineData("P2D", "P1D P2D", "11 10:00", "1BD Void 11 09:00", "P1D 11 09:00")]
    [InlineData("P2D", "P1D P2D", "11 10:00", "1BD Delivered 11 09:00", "")]
    [InlineData("P2D PT24H", "P1D P2D PT24H", "11 10:00", "1BD Overtaken 11 09:00, PT24H Delivered 11 09:05", "")]
    [InlineData("P2D", "P1D P2D", "12 09:06", "1BD Void 11 09:00", "")] // the date has begun
    [InlineData("P1D", "P1D P2D", "11 10:00", "1BD Void 11 09:00", "")] // it is there already
    [InlineData("1BD", "P1D", "11 09:30", "1BD Retrying 11 09:00", "P1D 11 09:00, 1BD void")]
    [InlineData("P2D 09:05", "P2D PT24H 09:05", "11 10:00", "1BD Void 11 09:05, P1D Delivered 11 09:05", "")]
    [InlineData("P1D 09:05", "P1D PT24H 09:05", "11 10:00", "1BD Void 11 09:05, P1D Retrying 11 09:05", "")]
    // The new lead had already passed: the old row goes on.
    [InlineData("P1D", "1BD P1D", "11 09:30", "P1D Retrying 11 09:00", "")]
    // The lead of a short notice at 08:00 is removed.
    [InlineData("P2D P7D", "P7D", "11 08:00", "P2D Queued 11 08:00", "P7D 11 08:00, P2D void")]
    [InlineData("P2D", "P3D", "11 08:00", "P2D Queued 11 08:00", "P3D 11 08:00, P2D void")]
    // The clock was set back: the short notice waits for its lead's own instant, and the passed lead takes its place.
    [InlineData("P1D P2D", "P1D P2D P7D", "10 10:00", "P1D Queued 11 20:00", "P2D 10 10:00, P1D 11 09:00")]
    // Quiet hours.
    [InlineData("P2D 09:00 07:00-12:00", "P2D 09:00 07:00-10:00", "11 08:00", "P2D Queued 11 12:00", "P2D 11 10:00")]
    [InlineData("P2D 09:00 07:00-12:00", "P2D", "11 08:00", "P2D Queued 11 12:00", "P2D 11 08:00")]
    public void An_edit_keeps_what_is_owed(string before, string after, string at, string rows, string changes)
    {
        var (old, now) = (Preferences(before), Preferences(after));
        var edited = rows.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(text => Row(text, At(at))).ToList();
        var made = new ReminderEdits(Version, old, now, Owed.Leads(Version, old), Owed.Leads(Version, now), edited,
            At(at)).Changes();
        Assert.Equal(changes,
            string.Join(", ", made.Select(edit => edit.VoidReason is null ? $"{edit.Lead} {Shown(edit.DueAt)}"
            : $"{edit.Lead} void")));
    }

    [Theory]
    [InlineData(true, "11 10:00", "P7D 11 10:00")]
    [InlineData(false, "11 10:00", "")]
    [InlineData(true, "12 09:06", "")] // the date has begun
    public void A_lead_that_a_change_taken_back_had_lost_goes_once_it_is_put_back(
        bool wasLost, string at, string changes)
    {
        var (old, now) = (Preferences("P1D"), Preferences("P1D P7D"));
        var made = new ReminderEdits(Version, old, now, Owed.Leads(Version, old), Owed.Leads(Version, now),
            [Row("P1D Delivered 11 09:00", At(at))], At(at), _ => wasLost).Changes();
        Assert.Equal(changes, string.Join(", ", made.Select(edit => $"{edit.Lead} {Shown(edit.DueAt)}")));
    }

    [Theory]
    [InlineData("1BD P1D", "P1D", "1BD Void 11 09:00", "P1D 11 09:00")]
    [InlineData("1BD P1D", "P1D", "1BD Sending 11 09:00", "P1D 11 09:00")]
    [InlineData("1BD P1D", "P1D", "1BD Delivered 11 09:00", "")]
    [InlineData("1BD P1D", "P1D", "1BD Void 11 09:00, P1D Delivered 11 09:00", "")]
    [InlineData("1BD P1D PT24H", "P1D PT24H", "1BD Void 11 09:00", "P1D 11 09:00")] // PT24H is due at 09:05
    [InlineData("1BD P1D PT24H 09:05", "P1D PT24H 09:05", "1BD Void 11 09:05, PT24H Void 11 09:05", "PT24H 11 09:05")]
    [InlineData("1BD P2D", "P2D", "1BD Void 11 09:00", "")] // no lead of the same instant stays
    [InlineData("P2D", "P1D P2D", "1BD Void 11 09:00", "P1D 11 09:00")] // the lead was removed before
    public void Coming_back_without_a_void_lead_keeps_its_alert(
        string before, string after, string rows, string changes)
    {
        var (old, now) = (Preferences(before) with { Topics = ["elsewhere"] }, Preferences(after));
        var edited = rows.Split(", ").Select(text => Row(text, At("11 10:00"))).ToList();
        var made = new ReminderEdits(Version, old, now, [], Owed.Leads(Version, now), edited, At("11 10:00")).Changes();
        Assert.Equal(changes, string.Join(", ", made.Select(edit => $"{edit.Lead} {Shown(edit.DueAt)}")));
    }

    [Fact]
    public void What_is_sent_again_on_request_is_left_alone()
    {
        var row = Row("P1D Queued 11 09:00", At("11 10:00")) with { IsResent = true };
        var (old, now) = (Preferences("P1D"), Preferences("P2D"));
        Assert.Empty(new ReminderEdits(Version, old, now, Owed.Leads(Version, old), Owed.Leads(Version, now), [row],
            At("11 10:00")).Changes());
    }

    [Fact]
    public void A_retry_keeps_its_schedule()
    {
        var row = new EditedRow("P1D", DeliveryState.Retrying, At("11 09:00"), Version.KeyDate.Start, At("11 14:00"),
            WasAttempted: true, null);
        var (old, now) = (Preferences("P1D"), Preferences("P1D 10:00"));
        var edit = Assert.Single(new ReminderEdits(
            Version, old, now, Owed.Leads(Version, old), Owed.Leads(Version, now), [row], At("11 09:30")).Changes());
        Assert.Equal((At("11 10:00"), At("11 14:00")), (edit.DueAt, edit.NextAt));
    }

    private static EditedRow Row(string text, Instant at)
    {
        var parts = text.Split(' ');
        var wasOvertaken = parts[1] == "Overtaken";
        var (state, dueAt) = (wasOvertaken ? DeliveryState.Void : Enum.Parse<DeliveryState>(parts[1]),
            At($"{parts[2]} {parts[3]}"));
        var isWaiting = state is DeliveryState.Queued or DeliveryState.Retrying;
        return new EditedRow(
            parts[0], state, dueAt, Version.KeyDate.Start, isWaiting ? Instant.Max(dueAt, at)
                : null, state == DeliveryState.Retrying,
            state != DeliveryState.Void ? null : wasOvertaken ? EndReasons.Overtaken : EndReasons.NotAskedFor);
    }

    /// <summary>Parses leads, optionally followed by an hour and by quiet hours.</summary>
    private static Alerts.Subscriptions.Preferences Preferences(string text)
    {
        var parts = text.Split(' ');
        var leads = parts.Where(part => !part.Contains(':', StringComparison.Ordinal));
        var hour = parts.FirstOrDefault(part => part.Length == 5 && part.Contains(':', StringComparison.Ordinal));
        return World.Preferences(string.Join(' ', leads), at: hour
            ?? "09:00", quiet: parts.FirstOrDefault(part => part.Length == 11));
    }

    private static Instant At(string text) => World.Utc("2025-11-" + text);

    private static string Shown(Instant at) => LocalDateTimePattern.CreateWithInvariantCulture("dd HH:mm").Format(
        at.InUtc().LocalDateTime);
}
