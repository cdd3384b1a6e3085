namespace Alerts.Dates.Calendars;

/// <summary>
/// Parses a calendar file (RFC 5545) into its components. We use our own parser because Ical.Net returns either a whole
/// file or one exception, and we report each bad event by name. The tests compare it with Ical.Net, ical.js and
/// node-ical.
/// </summary>
internal sealed class CalendarReader
{
    private const string Start = "BEGIN:VCALENDAR";

    private readonly Stack<CalendarComponent> open = new();
    private readonly List<CalendarObject> calendars = [];
    private readonly List<ContentLine> outside = [];
    private readonly UnfoldedText unfolded = new();
    private readonly List<string> warnings;
    private int entries;

    private CalendarReader(List<string> warnings) => this.warnings = warnings;

    /// <param name="warnings">Receives sentences about lines that were left out.</param>
    /// <exception cref="FormatException">
    /// There is no calendar, or its components are not nested correctly; the message is one or two sentences.
    /// </exception>
    public static IReadOnlyList<CalendarObject> Read(ReadOnlySpan<byte> file, List<string> warnings)
    {
        if (OtherFormats.IsUtf16(file))
        {
            throw new FormatException(OtherFormats.Describe(file));
        }

        if (SavedMail.IsOne(file))
        {
            file = SavedMail.Decode(file);
            warnings.Add("The file is an email; the calendar in it was read, and lines are counted from its start.");
        }

        var reader = new CalendarReader(warnings);
        foreach (var line in ContentLines.Read(file).Where(line => line.Text.Trim().Length > 0))
        {
            reader.Take(line);
        }

        if (reader.open.TryPeek(out var last))
        {
            throw new FormatException($"The calendar breaks off: END:{last.Kind} is missing; give the whole file.");
        }

        if (reader.calendars.Count == 0)
        {
            throw new FormatException($"{Start} is missing. {OtherFormats.Describe(file)}".TrimEnd());
        }

        reader.NameContentOutside();
        return reader.calendars;
    }

    private void Take(ContentLine line)
    {
        var name = CalendarProperty.NameOf(line.Text);
        if (!open.TryPeek(out var current))
        {
            TakeOutside(line, name);
        }
        else if (unfolded.Holds(line.Text, name, endOf: current.Kind))
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
        else
        {
            current.Add(line);
        }
    }

    /// <summary>Takes a line outside of all calendars: the start of one, or what a web server or a mail adds.</summary>
    private void TakeOutside(ContentLine line, string? name)
    {
        var kind = name == "BEGIN" ? KindOf(line) : null;
        if (kind is "VEVENT" or "VTODO")
        {
            throw new FormatException(At(line, $"BEGIN:{kind} is outside of {Start} and END:VCALENDAR; move it in."));
        }

        var isStart = kind == "VCALENDAR" || line.Text.TrimEnd().EndsWith(Start, StringComparison.OrdinalIgnoreCase);
        if (isStart)
        {
            open.Push(new CalendarComponent("VCALENDAR", 0));
        }

        if (kind != "VCALENDAR")
        {
            outside.Add(line);
        }
    }

    private void NameContentOutside()
    {
        if (outside is [var first, .. var others])
        {
            var line = $"Line {first.Number}, {Problem.Quote(first.Text.Trim())},";
            warnings.Add(others.Count switch
            {
                0 => $"{line} stands outside of {Start} and END:VCALENDAR; it was left out.",
                1 => $"{line} and 1 more line stand outside of {Start} and END:VCALENDAR; they were left out.",
                var more =>
                    $"{line} and {more} more lines stand outside of {Start} and END:VCALENDAR; they were left out.",
            });
        }
    }

    private void Begin(ContentLine line, string kind)
    {
        if (kind == "VCALENDAR")
        {
            throw new FormatException(
                At(line, $"END:{open.Peek().Kind} is missing before this BEGIN:VCALENDAR; add it."));
        }

        open.Push(new CalendarComponent(kind, open.Count == 1 && kind is "VEVENT" or "VTODO" ? ++entries : 0));
    }

    private void End(ContentLine line, string kind)
    {
        var closed = open.Pop();
        if (closed.Kind == "VCALENDAR" && IsEndWithMore(kind))
        {
            outside.Add(line);
        }
        else if (closed.Kind != kind)
        {
            throw new FormatException(At(line, $"END:{kind} closes nothing that is open; give each BEGIN its END."));
        }

        if (open.TryPeek(out var outer))
        {
            OutlookAllDay.Apply(closed);
            outer.Add(closed);
        }
        else
        {
            warnings.AddRange(closed.Skipped.Select(skipped =>
                At(skipped, $"{Problem.Quote(skipped.Text)} is no line of a calendar; it was left out.")));
            calendars.Add(new CalendarObject(closed));
        }
    }

    /// <summary>Whether content follows on the line of END:VCALENDAR, or on the next line after a blank.</summary>
    private static bool IsEndWithMore(string kind) => kind.StartsWith("VCALENDAR", StringComparison.Ordinal)
        && kind.Length > "VCALENDAR".Length && !char.IsAsciiLetterOrDigit(kind["VCALENDAR".Length]);

    private static string KindOf(ContentLine line) => (CalendarProperty.Parse(line)?.Trimmed ?? "").ToUpperInvariant();

    private static string At(ContentLine line, string sentence) => $"Line {line.Number}: {sentence}";
}

/// <summary>
/// Reads all-day events as Outlook writes them: from midnight to midnight of a zone, with a property that says so.
/// </summary>
internal static class OutlookAllDay
{
    private static readonly string[] Flags = ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"];

    /// <summary>
    /// Turns DTSTART and DTEND of such an event into days, or DTSTART alone when it has a DURATION of days. An event
    /// that has the property but other times keeps them; so does one in UTC, whose midnight is hardly that of its
    /// organizer.
    /// </summary>
    public static void Apply(CalendarComponent item)
    {
        List<CalendarProperty> times = [.. item.All("DTSTART"), .. item.All("DTEND")];
        if (Flags.Any(flag => item.First(flag)?.Trimmed.Equals("TRUE", StringComparison.OrdinalIgnoreCase) == true)
            && item.First("DTSTART") is { } start && times.All(IsMidnight)
            && (item.First("DTEND") is { } end ? ZoneOf(start) == ZoneOf(end)
                : item.Filled("DURATION") is { } length && EventTimes.IsInDays(length.Trimmed)))
        {
            times.ForEach(time => item.Replace(time, AsDay(time)));
        }
    }

    private static bool IsMidnight(CalendarProperty time) =>
        CalendarTime.Parse(time.Trimmed) is { IsDay: false, IsUtc: false } at
        && at.Local.TimeOfDay == LocalTime.Midnight;

    private static string ZoneOf(CalendarProperty time) => time.Parameters.GetValueOrDefault("TZID", "");

    private static CalendarProperty AsDay(CalendarProperty time) => time with
    {
        Parameters = new Dictionary<string, string>(time.Parameters, StringComparer.Ordinal) { ["VALUE"] = "DATE" },
    };
}
