using System.Text.Json;
using Alerts.Core;
using NodaTime;

namespace Alerts.Dates;

/// <summary><c>when</c> and <c>end</c> of a key date: <c>{date, time, timeZone}</c>, with <c>instant</c> added in answers.</summary>
internal static class MomentJson
{
    /// <summary><c>when</c>; null, with problems, when it is missing or wrong.</summary>
    public static Moment? ReadWhen(JsonObjectReader keyDate)
    {
        const string Advice = "when it is: {\"date\": \"2025-11-10\", \"time\": \"00:01\", \"timeZone\": \"America/New_York\"}";
        if (keyDate.RequiredObject("when", Advice) is not { } fields)
        {
            return null;
        }

        var before = fields.Problems.Count;
        var on = Day(fields);
        var at = TimeText.Time(fields, "time");
        var zone = fields.RequiredText("timeZone", "an IANA time zone such as America/New_York") is { } id ? ReadZone(fields, "timeZone", id) : null;
        Finish(fields);
        return on is { } day && zone is not null && fields.Problems.Count == before ? new Moment(day, at, zone) : null;
    }

    /// <summary><c>end</c>, judged by <paramref name="when"/>; null when absent or (with problems) wrong.</summary>
    /// <param name="when">Null where it was wrong itself; then only the form of <c>end</c> is checked.</param>
    public static Moment? ReadEnd(JsonObjectReader keyDate, Moment? when)
    {
        if (keyDate.Object("end") is not { } fields)
        {
            return null;
        }

        var before = fields.Problems.Count;
        var on = Day(fields);
        var at = TimeText.Time(fields, "time");
        var zone = fields.Text("timeZone") is { } id ? ReadZone(fields, "timeZone", id) : when?.Zone;
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
            fields.Refuse("date", "The end is before when; write a day and time that come after it, or leave the end out.");
        }

        return end;
    }

    /// <summary>Whether one lies before the other; both all-day or both timed, in one zone.</summary>
    public static bool IsBefore(Moment one, Moment other) => one.IsAllDay ? one.On < other.On : one.Start < other.Start;

    /// <summary>The zone of an id, or null and a problem.</summary>
    public static DateTimeZone? ReadZone(JsonObjectReader fields, string name, string id)
    {
        var zone = Zones.Find(id);
        if (zone is null)
        {
            fields.Refuse(name, Zones.Refusal(id));
        }

        return zone;
    }

    /// <summary>The object, or <c>null</c>, as answers and webhooks show it.</summary>
    public static void Write(Utf8JsonWriter writer, Moment? moment)
    {
        if (moment is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        WriteMembers(writer, moment);
        writer.WriteString("instant", TimeText.Write(moment.Start));
        writer.WriteEndObject();
    }

    /// <summary>The object, or <c>null</c>, as it is given and kept: without what is computed.</summary>
    public static void WriteGiven(Utf8JsonWriter writer, Moment? moment)
    {
        if (moment is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        WriteMembers(writer, moment);
        writer.WriteEndObject();
    }

    private static LocalDate? Day(JsonObjectReader fields)
    {
        if (fields.Value("date") is null)
        {
            fields.Refuse("date", "'date' is missing; write a day as YYYY-MM-DD.");
        }

        return TimeText.Day(fields, "date");
    }

    private static void Finish(JsonObjectReader fields)
    {
        fields.Ignore("instant");
        fields.RefuseOthers();
    }

    private static void WriteMembers(Utf8JsonWriter writer, Moment moment)
    {
        writer.WriteString("date", TimeText.Write(moment.On));
        writer.WriteString("time", moment.At is { } at ? TimeText.Write(at) : null);
        writer.WriteString("timeZone", moment.Zone.Id);
    }
}
