using System.Text.Json;

namespace Alerts.Dates;

/// <summary>
/// Reads and writes <c>when</c> and <c>end</c> of a key date: <c>{date, time, timeZone}</c>, with <c>instant</c> added
/// in API responses.
/// </summary>
internal static class MomentJson
{
    /// <summary>Members that responses add, which are ignored so that a response can be sent back.</summary>
    public static readonly string[] Ignored = ["instant"];

    /// <summary>Reads <c>when</c>; null (with problems) when it is missing or invalid.</summary>
    public static Moment? ReadWhen(JsonObjectReader keyDate)
    {
        const string Advice =
            "when it is: {\"date\": \"2025-11-10\", \"time\": \"00:01\", \"timeZone\": \"America/New_York\"}";
        if (keyDate.RequiredObject("when", Advice) is not { } fields)
        {
            return null;
        }

        var before = fields.Problems.Count;
        var on = Day(fields);
        var at = TimeText.Time(fields, "time");
        var zone = ReadRequiredZone(fields);
        Finish(fields);
        return on is { } day && zone is not null && fields.Problems.Count == before ? new Moment(day, at, zone) : null;
    }

    /// <summary>
    /// Reads <c>end</c> and checks it against <paramref name="when"/>; null when absent or (with problems) invalid.
    /// </summary>
    /// <param name="when">Null when it was invalid itself; then only the format of <c>end</c> is checked.</param>
    public static Moment? ReadEnd(JsonObjectReader keyDate, Moment? when)
    {
        if (keyDate.Object("end") is not { } fields)
        {
            return null;
        }

        var before = fields.Problems.Count;
        var on = Day(fields);
        var at = TimeText.Time(fields, "time");
        var zone = fields.Value("timeZone") is null ? when?.Zone : ReadZone(fields);
        Finish(fields);
        if (on is not { } day || zone is null || when is null || fields.Problems.Count > before)
        {
            return null;
        }

        var end = new Moment(day, at, zone);
        if (zone.Id != when.Zone.Id)
        {
            fields.Refuse("timeZone", $"'{zone.Id}' is not the zone of when; write '{when.Zone.Id}', or leave it out.");
        }
        else if (end.IsAllDay != when.IsAllDay)
        {
            fields.Refuse("time", end.IsAllDay
                ? "The end has no time though when has one; write one as HH:MM."
                : "The end has a time though when has none; leave it out, or give when one.");
        }
        else if (IsBefore(end, when))
        {
            fields.Refuse(
                "date", "The end is before when; write a day and time that come after it, or leave the end out.");
        }

        return end;
    }

    /// <summary>Whether one moment is before another. Both must be all-day or both timed, in the same zone.</summary>
    public static bool IsBefore(Moment one, Moment other) => one.IsAllDay ? one.On < other.On : one.Start < other.Start;

    /// <summary>Reads <c>timeZone</c>; null when it is absent or (with a problem) invalid.</summary>
    public static DateTimeZone? ReadZone(JsonObjectReader fields) => ZoneOf(fields, fields.Text("timeZone"));

    /// <summary>Reads <c>timeZone</c>; null (with a problem) when it is absent or invalid.</summary>
    public static DateTimeZone? ReadRequiredZone(JsonObjectReader fields) =>
        ZoneOf(fields, fields.RequiredText("timeZone", "an IANA time zone such as America/New_York"));

    /// <summary>Writes a moment, or <c>null</c>, for webhooks: with its <c>instant</c>.</summary>
    public static void Write(Utf8JsonWriter writer, Moment? moment) => Write(writer, moment, withInstant: true);

    /// <summary>
    /// Writes a moment, or <c>null</c>, for files and the database: without the computed <c>instant</c>.
    /// </summary>
    public static void WriteGiven(Utf8JsonWriter writer, Moment? moment) => Write(writer, moment, withInstant: false);

    private static LocalDate? Day(JsonObjectReader fields)
    {
        if (fields.Value("date") is null)
        {
            fields.Refuse("date", "'date' is missing; write a day as YYYY-MM-DD.");
        }

        return TimeText.Day(fields, "date");
    }

    private static DateTimeZone? ZoneOf(JsonObjectReader fields, string? id)
    {
        var zone = id is null ? null : Zones.Find(id);
        if (id is not null && zone is null)
        {
            fields.Refuse("timeZone", Zones.Refusal(id));
        }

        return zone;
    }

    private static void Finish(JsonObjectReader fields)
    {
        fields.Ignore(Ignored);
        fields.RefuseOthers();
    }

    private static void Write(Utf8JsonWriter writer, Moment? moment, bool withInstant)
    {
        if (moment is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("date", TimeText.Write(moment.On));
        writer.WriteString("time", moment.At is { } at ? TimeText.Write(at) : null);
        writer.WriteString("timeZone", moment.Zone.Id);
        if (withInstant)
        {
            writer.WriteString("instant", TimeText.Write(moment.Start));
        }

        writer.WriteEndObject();
    }
}
