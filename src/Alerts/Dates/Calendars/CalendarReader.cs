using Alerts.Core;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Parses a calendar file (RFC 5545) into its components. We use our own parser because Ical.Net returns either a whole
/// file or one exception, and we report each bad event by name. The tests compare it with Ical.Net, ical.js and
/// node-ical.
/// </summary>
internal static class CalendarReader
{
    /// <exception cref="FormatException">
    /// The components are not nested correctly, or a line outside of them is not a property; the message is a sentence.
    /// </exception>
    public static IReadOnlyList<CalendarObject> Read(ReadOnlySpan<byte> file)
    {
        var open = new Stack<CalendarComponent>();
        var calendars = new List<CalendarObject>();
        var entries = 0;
        foreach (var line in ContentLines.Read(file))
        {
            var name = CalendarProperty.NameOf(line.Text);
            if (name == "BEGIN")
            {
                var kind = KindOf(line);
                Begin(line, kind, open);
                open.Push(new CalendarComponent(kind, open.Count == 1 && kind is "VEVENT" or "VTODO" ? ++entries : 0));
            }
            else if (name == "END")
            {
                var kind = KindOf(line);
                if (open.Count == 0 || open.Pop() is var closed && closed.Kind != kind)
                {
                    throw new FormatException(
                        At(line, $"END:{kind} closes nothing that is open; give each BEGIN its END."));
                }

                End(closed, open, calendars);
            }
            else if (open.TryPeek(out var current))
            {
                Add(line, name, current);
            }
            else if (line.Text.Trim().Length > 0)
            {
                throw new FormatException(
                    At(line, "there is content outside BEGIN:VCALENDAR and END:VCALENDAR; remove it."));
            }
        }

        return open.Count == 0
            ? calendars
            : throw new FormatException(
                $"The calendar breaks off: END:{open.Peek().Kind} is missing; give the whole file.");
    }

    private static void Begin(ContentLine line, string kind, Stack<CalendarComponent> open)
    {
        if (kind == "VCALENDAR" != (open.Count == 0))
        {
            throw new FormatException(At(line, open.Count == 0
                ? "there is content outside BEGIN:VCALENDAR and END:VCALENDAR; remove it."
                : $"END:{open.Peek().Kind} is missing before this BEGIN:VCALENDAR; add it."));
        }
    }

    private static void End(CalendarComponent closed, Stack<CalendarComponent> open, List<CalendarObject> calendars)
    {
        if (open.TryPeek(out var outer))
        {
            outer.Add(closed);
        }
        else
        {
            calendars.Add(new CalendarObject(closed));
        }
    }

    private static void Add(ContentLine line, string? name, CalendarComponent current)
    {
        if (current.Kind == "VCALENDAR" && name is null)
        {
            throw new FormatException(
                At(line, $"{Problem.Quote(line.Text)} is not a line of a calendar; write NAME:value, or remove it."));
        }

        current.Add(line);
    }

    private static string KindOf(ContentLine line) => (CalendarProperty.Parse(line)?.Trimmed ?? "").ToUpperInvariant();

    private static string At(ContentLine line, string sentence) =>
        FormattableString.Invariant($"Line {line.Number}: {sentence}");
}
