using Alerts.Dates;
using Alerts.Subscriptions;
using NodaTime.Text;

namespace Alerts.Tests.Due;

/// <summary>
/// Parses and formats key dates, preferences and instants as short text, so that a test case fits on one line.
/// </summary>
internal static class Written
{
    private static readonly LocalTimePattern HourAndMinute = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly InstantPattern Minute = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm'Z'");

    /// <summary>Parses <c>2025-11-10 00:01 America/New_York</c>; without the time the date is all-day.</summary>
    public static KeyDate Date(string text)
    {
        var parts = text.Split(' ');
        var at = parts.Length == 3 ? HourAndMinute.Parse(parts[1]).Value : (LocalTime?)null;
        var when = new Moment(LocalDatePattern.Iso.Parse(parts[0]).Value, at, DateTimeZoneProviders.Tzdb[parts[^1]]);
        return new KeyDate("a-date", "A date", null, [], when, null, DateStatus.Confirmed, null, null, 1);
    }

    /// <summary>
    /// Parses leads such as <c>P7D P1D</c> and a subscriber such as <c>America/New_York 09:00</c>, optionally followed
    /// by quiet hours such as <c>22:00-07:00</c>.
    /// </summary>
    public static Preferences Preferences(string leads, string subscriber)
    {
        var parts = subscriber.Split(' ');
        var quiet =
            parts.Length == 3 ? parts[2].Split('-').Select(hour => HourAndMinute.Parse(hour).Value).ToArray() : null;
        return new Preferences(
            [],
            [],
            [.. leads.Split(' ').Select(Lead)],
            DateTimeZoneProviders.Tzdb[parts[0]],
            HourAndMinute.Parse(parts[1]).Value,
            quiet is null ? null : new QuietHours(quiet[0], quiet[1]));
    }

    /// <summary>Formats an instant as <c>2025-11-09T14:00Z</c>, with seconds only when they are not zero.</summary>
    public static string Shown(Instant at) =>
        at.ToUnixTimeTicks() % NodaConstants.TicksPerMinute == 0
            ? Minute.Format(at)
            : InstantPattern.ExtendedIso.Format(at);

    public static Instant At(string text) => Minute.Parse(text).Value;

    private static Lead Lead(string text) =>
        LeadText.TryParse(text, out var lead, out var error) ? lead : throw new ArgumentException(error, nameof(text));
}
