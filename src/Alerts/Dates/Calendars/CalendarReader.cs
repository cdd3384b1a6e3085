using Alerts.Core;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Parses a calendar file (RFC 5545) into its components. We use our own parser because Ical.Net returns either a whole
/// file or one exception, and we report each bad event by name. The tests compare it with Ical.Net, ical.js and
/// node-ical.
/// </summary>
internal sealed class CalendarReader
{
    private readonly Stack<CalendarComponent> open = new();
    private readonly List<CalendarObject> calendars = [];
    private readonly UnfoldedText unfolded = new();
    private readonly List<string> warnings;
    private int entries;

    private CalendarReader(List<string> warnings) => this.warnings = warnings;

    /// <param name="warnings">Receives sentences about lines that were left out.</param>
    /// <exception cref="FormatException">
    /// The components are not nested correctly; the message is a sentence.
    /// </exception>
    public static IReadOnlyList<CalendarObject> Read(ReadOnlySpan<byte> file, List<string> warnings)
    {
        var reader = new CalendarReader(warnings);
        foreach (var line in ContentLines.Read(file).Where(line => line.Text.Trim().Length > 0))
        {
            reader.Take(line);
        }

        return reader.open.Count == 0
            ? reader.calendars
            : throw new FormatException(
                $"The calendar breaks off: END:{reader.open.Peek().Kind} is missing; give the whole file.");
    }

    private void Take(ContentLine line)
    {
        var name = CalendarProperty.NameOf(line.Text);
        if (open.TryPeek(out var current) && unfolded.Holds(line.Text, name))
        {
            current.Skip(line);
        }
        else if (name == "BEGIN")
        {
            Begin(line, KindOf(line));
        }
        else if (name == "END")
        {
            End(line, KindOf(line));
        }
        else if (current is not null)
        {
            current.Add(line);
        }
        else if (line.Text.Trim().Length > 0)
        {
            throw new FormatException(
                At(line, "there is content outside BEGIN:VCALENDAR and END:VCALENDAR; remove it."));
        }
    }

    private void Begin(ContentLine line, string kind)
    {
        if (kind == "VCALENDAR" != (open.Count == 0))
        {
            throw new FormatException(At(line, open.Count == 0
                ? "there is content outside BEGIN:VCALENDAR and END:VCALENDAR; remove it."
                : $"END:{open.Peek().Kind} is missing before this BEGIN:VCALENDAR; add it."));
        }

        open.Push(new CalendarComponent(kind, open.Count == 1 && kind is "VEVENT" or "VTODO" ? ++entries : 0));
    }

    private void End(ContentLine line, string kind)
    {
        if (open.Count == 0 || open.Pop() is var closed && closed.Kind != kind)
        {
            throw new FormatException(At(line, $"END:{kind} closes nothing that is open; give each BEGIN its END."));
        }

        if (open.TryPeek(out var outer))
        {
            outer.Add(closed);
        }
        else
        {
            warnings.AddRange(closed.Skipped.Select(skipped =>
                At(skipped, $"{Problem.Quote(skipped.Text)} is no line of a calendar; it was left out.")));
            calendars.Add(new CalendarObject(closed));
        }
    }

    private static string KindOf(ContentLine line) => (CalendarProperty.Parse(line)?.Trimmed ?? "").ToUpperInvariant();

    private static string At(ContentLine line, string sentence) =>
        FormattableString.Invariant($"Line {line.Number}: {sentence}");
}
