namespace Alerts.Dates.Calendars;

/// <summary>Reads a calendar file as changes to key dates, one for each UID.</summary>
internal static class CalendarFile
{
    /// <summary>
    /// Methods of replies to invitations and of guests' proposals (RFC 5546, section 1.4); they change no date.
    /// </summary>
    private static readonly string[] Answers = ["REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"];

    private static readonly string[] Methods = ["PUBLISH", "REQUEST", "ADD", "CANCEL"];

    /// <param name="zone">The zone of dates without a zone in a calendar that names none; null when not given.</param>
    public static ImportFile Read(ReadOnlySpan<byte> file, DateTimeZone? zone)
    {
        var errors = new List<string>();
        var warnings = new List<string>();
        IReadOnlyList<CalendarObject> calendars;
        try
        {
            calendars = CalendarReader.Read(file, warnings);
        }
        catch (FormatException e)
        {
            return ImportFile.Refused("This iCalendar file cannot be read. " + e.Message);
        }

        if (!calendars.SelectMany(calendar => calendar.Entries).Any())
        {
            return ImportFile.Refused("This iCalendar file holds no event; give one with BEGIN:VEVENT … END:VEVENT.");
        }

        var definitions = new ZoneDefinitions(calendars);
        var edits = new List<CalendarEdit>();
        foreach (var calendar in calendars)
        {
            warnings.AddRange(calendar.LeftOut());
            if (Refusal(calendar.Method) is { } refusal)
            {
                errors.AddRange(calendar.Entries.Select(item => $"{item.Name}: {refusal}"));
                continue;
            }

            var read = calendar.Entries.Select(item =>
                Read(calendar, item, new TimeResolver(calendar, definitions, zone) { Mark = OurMarks.ZoneOf(item) },
                    errors, warnings))
                .OfType<CalendarEdit>().ToList();
            edits.AddRange(read.GroupBy(edit => edit.Id).Select(same => Newest([.. same], errors, warnings)));
        }

        return new ImportFile(
            [.. edits.GroupBy(edit => edit.Id).Select(date => DateOf([.. date], errors, warnings))], errors, warnings);
    }

    private static CalendarEdit? Read(
        CalendarObject calendar, CalendarComponent item, TimeResolver resolver, List<string> errors,
            List<string> warnings)
    {
        var reader = new EventReader(calendar, item, resolver);
        var edit = reader.Read();
        errors.AddRange(reader.Errors);
        warnings.AddRange(reader.Warnings);
        return edit;
    }

    /// <summary>
    /// Returns the newest entry of a date from all calendars of the file. If that is a cancellation, the newest other
    /// entry comes before it: the cancellation of a date that is not known needs a title and a time.
    /// </summary>
    private static CalendarDate DateOf(IReadOnlyList<CalendarEdit> same, List<string> errors, List<string> warnings)
    {
        if (NewestFirst(same)[0] is not { IsCancel: true } cancel)
        {
            return new CalendarDate([Newest(same, errors, warnings)]);
        }

        var others = same.Where(edit => !edit.IsCancel).ToList();
        return new CalendarDate(others.Count == 0 ? [cancel] : [NewestFirst(others)[0], cancel]);
    }

    private static List<CalendarEdit> NewestFirst(IEnumerable<CalendarEdit> same) =>
        [.. CalendarStamp.NewestFirst(same, edit => edit.Stamp, edit => edit.IsCancel)];

    /// <summary>
    /// Returns the newest of several entries with the same id. It is an error when equally new entries differ.
    /// </summary>
    private static CalendarEdit Newest(IReadOnlyList<CalendarEdit> same, List<string> errors, List<string> warnings)
    {
        var ordered = NewestFirst(same);
        var newest = ordered[0];
        var rivals = ordered.Where(edit => CalendarStamp.OldestFirst.Compare(edit.Stamp, newest.Stamp) == 0).ToList();
        if (!rivals.All(newest.SaysTheSameAs))
        {
            errors.Add($"The id '{newest.Id}' is in the file {same.Count} times; keep one key date of each id.");
        }
        else if (same.Count > 1)
        {
            warnings.Add($"{newest.Name}: " + (rivals.Count == same.Count
                ? $"is in the file {same.Count} times; each says the same."
                : newest.Stamp.SaysNewestOf(same.Count)));
        }

        return newest;
    }

    /// <summary>Returns why events of a calendar with this METHOD are not read; null when they are.</summary>
    public static string? Refusal(string? method) => method is null || Methods.Contains(method) ? null
        : Answers.Contains(method)
        ? $"is part of an answer to an invitation (METHOD:{method}); import the organizer's calendar."
        : $"has the METHOD {Problem.Quote(method)}, which is unknown; write PUBLISH, or leave it out.";
}
