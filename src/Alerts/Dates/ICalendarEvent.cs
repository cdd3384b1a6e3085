using System.Text;
using Alerts.Web;

namespace Alerts.Dates;

/// <summary>One event of an iCalendar text: its own properties, without those of its alarms.</summary>
/// <param name="Number">Its place in the file, from 1.</param>
internal sealed record ICalendarEvent(int Number)
{
    private readonly List<ICalendarProperty> properties = [];
    private readonly List<string> broken = [];

    /// <summary><c>X-WR-TIMEZONE</c> of its calendar; null when there is none.</summary>
    public string? FloatingZone { get; init; }

    /// <summary>A sentence for each line that cannot be read.</summary>
    public IReadOnlyList<string> Broken => broken;

    /// <summary>How errors call it: by UID, else by SUMMARY, else by number.</summary>
    public string Name =>
        Named("UID") ?? Named("SUMMARY") ?? FormattableString.Invariant($"Event {Number}");

    /// <param name="property">The line, read; null when it cannot be.</param>
    public void Add(int lineNumber, string line, ICalendarProperty? property)
    {
        if (property is null)
        {
            broken.Add(FormattableString.Invariant($"line {lineNumber}, {Problem.Quote(line)}, cannot be read; write NAME:value."));
        }
        else
        {
            properties.Add(property);
        }
    }

    public IEnumerable<ICalendarProperty> All(string name) => properties.Where(property => property.Name == name);

    public ICalendarProperty? First(string name) => All(name).FirstOrDefault();

    private string? Named(string property) =>
        First(property)?.Text.Trim() is { Length: > 0 } text ? $"Event {Problem.Quote(text)}" : null;
}

/// <summary>A content line: <c>NAME;PARAMETER=value:value</c>.</summary>
/// <param name="Name">In upper case.</param>
/// <param name="Parameters">By name in upper case, without quotes.</param>
/// <param name="Value">As written.</param>
internal sealed record ICalendarProperty(string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    /// <summary>The value with its escapes (<c>\n \, \; \\</c>) undone.</summary>
    public string Text => Unescape(Value);

    /// <summary>The values of a list, told apart by commas that are not escaped.</summary>
    public IEnumerable<string> Texts
    {
        get
        {
            var start = 0;
            for (var i = 0; i < Value.Length; i++)
            {
                if (Value[i] == '\\')
                {
                    i++;
                }
                else if (Value[i] == ',')
                {
                    yield return Unescape(Value[start..i]);
                    start = i + 1;
                }
            }

            yield return Unescape(Value[start..]);
        }
    }

    /// <summary>A content line, or null when it is none.</summary>
    public static ICalendarProperty? Parse(string line)
    {
        // The value begins at the first colon outside of quotes, a parameter at each semicolon before it.
        var parts = new List<string>();
        var start = 0;
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && line[i] is ';' or ':')
            {
                parts.Add(line[start..i]);
                start = i + 1;
                if (line[i] == ':')
                {
                    return Of(parts, line[start..]);
                }
            }
        }

        return null;
    }

    private static ICalendarProperty? Of(List<string> parts, string value)
    {
        var name = parts[0];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            return null;
        }

        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1))
        {
            if (part.Split('=', 2) is not [var parameter, var text])
            {
                return null;
            }

            parameters[parameter.ToUpperInvariant()] = text.Trim('"');
        }

        return new ICalendarProperty(name.ToUpperInvariant(), parameters, value);
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
            {
                i++;
                text.Append(value[i] is 'n' or 'N' ? '\n' : value[i]);
            }
            else
            {
                text.Append(value[i]);
            }
        }

        return text.ToString();
    }
}
