namespace Alerts.Dates.Calendars;

/// <summary>
/// A component of a calendar file, such as VEVENT or VTIMEZONE, with its properties and inner components.
/// </summary>
/// <param name="Kind">The component name in upper case.</param>
/// <param name="Number">The position among the events and to-dos of the file, from 1; 0 for other kinds.</param>
internal sealed record CalendarComponent(string Kind, int Number)
{
    private readonly List<CalendarProperty> properties = [];
    private readonly List<CalendarComponent> inner = [];
    private readonly List<ContentLine> broken = [];
    private readonly List<ContentLine> skipped = [];

    public IReadOnlyList<CalendarProperty> Properties => properties;

    public IReadOnlyList<CalendarComponent> Inner => inner;

    /// <summary>Lines that name a property but cannot be parsed, because they have no value.</summary>
    public IReadOnlyList<ContentLine> Broken => broken;

    /// <summary>Lines that are no property, such as further lines of a text that was not folded.</summary>
    public IReadOnlyList<ContentLine> Skipped => skipped;

    public bool IsToDo => Kind == "VTODO";

    /// <summary>The name in messages: by UID, otherwise by SUMMARY, otherwise by number.</summary>
    public string Name => Named("UID") ?? Named("SUMMARY") ?? $"{Word} {Number}";

    private string Word => IsToDo ? "To-do" : "Event";

    public void Add(ContentLine line)
    {
        if (CalendarProperty.Parse(line) is { } property)
        {
            properties.Add(property);
        }
        else
        {
            (CalendarProperty.NameOf(line.Text) is null ? skipped : broken).Add(line);
        }
    }

    public void Skip(ContentLine line) => skipped.Add(line);

    public void Add(CalendarComponent component) => inner.Add(component);

    public void Replace(CalendarProperty former, CalendarProperty by) => properties[properties.IndexOf(former)] = by;

    public IEnumerable<CalendarProperty> All(string name) => properties.Where(property => property.Name == name);

    public CalendarProperty? First(string name) => All(name).FirstOrDefault();

    /// <summary>Returns the first property with this name whose value is not blank.</summary>
    public CalendarProperty? Filled(string name) => All(name).FirstOrDefault(property => property.Trimmed.Length > 0);

    private string? Named(string property) =>
        First(property)?.Text.Trim() is { Length: > 0 } text ? $"{Word} {Problem.Quote(text)}" : null;
}

/// <summary>One VCALENDAR of a file (RFC 5545, section 3.4).</summary>
/// <param name="Component">The VCALENDAR component.</param>
internal sealed record CalendarObject(CalendarComponent Component)
{
    /// <summary>METHOD (RFC 5546) in upper case; null when the calendar names none.</summary>
    public string? Method => Component.Filled("METHOD")?.Trimmed.ToUpperInvariant();

    /// <summary>The zone of times without a zone (<c>X-WR-TIMEZONE</c>); null when the calendar names none.</summary>
    public string? FloatingZone => Component.Filled("X-WR-TIMEZONE")?.Text.Trim().Trim('"').Trim();

    /// <summary>Whether this service wrote the calendar.</summary>
    public bool IsOurs => Component.First("PRODID")?.Trimmed == CalendarHeader.ProductId;

    /// <summary>The events and to-dos.</summary>
    public IEnumerable<CalendarComponent> Entries => Component.Inner.Where(one => one.Kind is "VEVENT" or "VTODO");

    public IEnumerable<CalendarComponent> TimeZones => Component.Inner.Where(one => one.Kind == "VTIMEZONE");

    /// <summary>Returns sentences about the components that do not become key dates and are left out.</summary>
    public IEnumerable<string> LeftOut() =>
    [
        .. Component.Inner.Select(one => one.Kind)
            .Where(kind => kind is not ("VEVENT" or "VTODO" or "VTIMEZONE" or "VALARM")).CountBy(kind => kind)
            .Select(kind => $"{kind.Value} {kind.Key} left out: only events and to-dos become dates."),
        .. Component.Inner.SelectMany(EntriesIn).CountBy(entry => (entry.Inside, entry.Kind))
            .Select(entry => $"{entry.Value} {entry.Key.Kind} inside of "
                + $"{entry.Key.Inside} left out: write each event directly in the calendar."),
    ];

    /// <summary>Returns the events and to-dos inside of another component, which no program should write.</summary>
    private static IEnumerable<(string Inside, string Kind)> EntriesIn(CalendarComponent component)
    {
        var open = new Stack<CalendarComponent>([component]);
        while (open.TryPop(out var outer))
        {
            foreach (var inner in outer.Inner)
            {
                open.Push(inner);
                if (inner.Kind is "VEVENT" or "VTODO")
                {
                    yield return (outer.Kind, inner.Kind);
                }
            }
        }
    }
}
