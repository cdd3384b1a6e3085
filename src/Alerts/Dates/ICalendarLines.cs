using System.Text;

namespace Alerts.Dates;

/// <summary>
/// Takes an iCalendar text (RFC 5545) apart into its events. Its own reader and not Ical.Net's, because that one gives a
/// whole file or one exception, and here each bad event must be named; what other programs write is judged by Ical.Net in the tests.
/// </summary>
internal static class ICalendarLines
{
    private static readonly string[] LineEnds = ["\r\n", "\n", "\r"];

    /// <exception cref="FormatException">The components do not fit into each other, or a line outside of events is none; the message is a sentence.</exception>
    public static IReadOnlyList<ICalendarEvent> Read(string text)
    {
        var open = new Stack<string>();
        var events = new List<ICalendarEvent>();
        var ofThisCalendar = new List<ICalendarEvent>();
        ICalendarEvent? current = null;
        string? floatingZone = null;
        foreach (var (number, line) in Unfold(text))
        {
            var property = ICalendarProperty.Parse(line);
            if (property is { Name: "BEGIN" })
            {
                var component = property.Value.Trim().ToUpperInvariant();
                if (component == "VCALENDAR" != (open.Count == 0))
                {
                    throw new FormatException(At(number, open.Count == 0
                        ? "something stands outside of BEGIN:VCALENDAR and END:VCALENDAR; remove it."
                        : $"BEGIN:VCALENDAR stands where END:{open.Peek()} is missing; add it."));
                }

                open.Push(component);
                if (component == "VEVENT" && open.Count == 2)
                {
                    current = new ICalendarEvent(events.Count + ofThisCalendar.Count + 1);
                    ofThisCalendar.Add(current);
                }
            }
            else if (property is { Name: "END" })
            {
                var component = property.Value.Trim().ToUpperInvariant();
                if (open.Count == 0 || open.Pop() is var expected && expected != component)
                {
                    throw new FormatException(At(number, $"END:{component} closes nothing that is open; give each BEGIN its END."));
                }

                current = open.Count < 2 ? null : current;
                if (open.Count == 0)
                {
                    events.AddRange(ofThisCalendar.Select(item => item with { FloatingZone = floatingZone }));
                    ofThisCalendar.Clear();
                    floatingZone = null;
                }
            }
            else if (current is not null && open.Count == 2)
            {
                current.Add(number, line, property);
            }
            else if (open.Count < 2 && property is null)
            {
                throw new FormatException(At(number, $"{Web.Problem.Quote(line)} is not a line of a calendar; write NAME:value, or remove it."));
            }
            else if (open.Count == 1 && property is { Name: "X-WR-TIMEZONE" })
            {
                floatingZone = property.Text.Trim();
            }
        }

        return open.Count == 0
            ? events
            : throw new FormatException($"The calendar breaks off: END:{open.Peek()} is missing; give the whole file.");
    }

    private static string At(int line, string sentence) => FormattableString.Invariant($"Line {line}: {sentence}");

    /// <summary>The content lines with the number of their first line, from 1: a line that begins with a blank continues the one before.</summary>
    private static List<(int Number, string Line)> Unfold(string text)
    {
        var unfolded = new List<(int Number, StringBuilder Line)>();
        foreach (var (index, line) in text.Split(LineEnds, StringSplitOptions.None).Index())
        {
            if (line.Length > 0 && line[0] is ' ' or '\t' && unfolded.Count > 0)
            {
                unfolded[^1].Line.Append(line.AsSpan(1));
            }
            else if (line.Length > 0)
            {
                unfolded.Add((index + 1, new StringBuilder(line)));
            }
        }

        return [.. unfolded.Select(line => (line.Number, line.Line.ToString()))];
    }
}
