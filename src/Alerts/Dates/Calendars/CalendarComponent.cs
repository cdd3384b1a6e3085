using Alerts.Core;

namespace Alerts.Dates.Calendars;

/// <summary>
/// A component of a calendar file, such as VEVENT or VTIMEZONE, with its own properties and its inner components.
/// </summary>
/// <param name="Kind">In upper case.</param>
/// <param name="Number">Its place among the events and to-dos of the file, from 1; 0 for other kinds.</param>
internal sealed record CalendarComponent(string Kind, int Number)
{
    private static readonly string[] Recurrence = ["RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"];

    private readonly List<CalendarProperty> properties = [];
    private readonly List<CalendarComponent> inner = [];
    private readonly List<ContentLine> broken = [];

    public IReadOnlyList<CalendarProperty> Properties => properties;

    public IReadOnlyList<CalendarComponent> Inner => inner;

    /// <summary>Lines that are no property at all, or one that cannot be taken apart.</summary>
    public IReadOnlyList<ContentLine> Broken => broken;

    public bool IsToDo => Kind == "VTODO";

    /// <summary>
    /// What an expansion of a series needs: its RRULE, RDATE, EXDATE and RECURRENCE-ID, in the order of the file.
    /// </summary>
    public IEnumerable<CalendarProperty> RecurrenceProperties =>
        properties.Where(property => Recurrence.Contains(property.Name) && property.Trimmed.Length > 0);

    /// <summary>How sentences name it: by UID, else by SUMMARY, else by number.</summary>
    public string Name => Named("UID") ?? Named("SUMMARY") ?? FormattableString.Invariant($"{Word} {Number}");

    private string Word => IsToDo ? "To-do" : "Event";

    public void Add(ContentLine line)
    {
        if (CalendarProperty.Parse(line) is { } property)
        {
            properties.Add(property);
        }
        else
        {
            broken.Add(line);
        }
    }

    public void Add(CalendarComponent component) => inner.Add(component);

    public IEnumerable<CalendarProperty> All(string name) => properties.Where(property => property.Name == name);

    public CalendarProperty? First(string name) => All(name).FirstOrDefault();

    /// <summary>The first property of a name whose value is not blank.</summary>
    public CalendarProperty? Filled(string name) => All(name).FirstOrDefault(property => property.Trimmed.Length > 0);

    private string? Named(string property) =>
        First(property)?.Text.Trim() is { Length: > 0 } text ? $"{Word} {Problem.Quote(text)}" : null;
}

/// <summary>One VCALENDAR of a file (RFC 5545, section 3.4): its method, its zone and its components.</summary>
/// <param name="Component">The VCALENDAR itself.</param>
internal sealed record CalendarObject(CalendarComponent Component)
{
    /// <summary>METHOD (RFC 5546) in upper case; null when the calendar names none.</summary>
    public string? Method => Component.Filled("METHOD")?.Trimmed.ToUpperInvariant();

    /// <summary>The zone of times that name none (<c>X-WR-TIMEZONE</c>); null when the calendar names none.</summary>
    public string? FloatingZone => Component.Filled("X-WR-TIMEZONE")?.Text.Trim();

    /// <summary>Whether this service wrote it.</summary>
    public bool IsOurs => Component.First("PRODID")?.Trimmed == CalendarHeader.ProductId;

    /// <summary>Its events and to-dos.</summary>
    public IEnumerable<CalendarComponent> Entries => Component.Inner.Where(one => one.Kind is "VEVENT" or "VTODO");

    public IEnumerable<CalendarComponent> TimeZones => Component.Inner.Where(one => one.Kind == "VTIMEZONE");

    /// <summary>Kinds of components that are no key dates and are left out, such as VJOURNAL.</summary>
    public IEnumerable<string> OtherKinds =>
        Component.Inner.Select(one => one.Kind).Where(kind =>
            kind is not ("VEVENT" or "VTODO" or "VTIMEZONE" or "VALARM"));
}
