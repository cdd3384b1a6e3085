using System.Text.Json;

namespace Alerts.Core;

/// <summary>
/// Reads a JSON object member by member and collects problems: members of the wrong type, duplicates and (through
/// <see cref="RefuseOthers"/>) unknown members. A <c>null</c> value counts as absent.
/// </summary>
internal sealed class JsonObjectReader
{
    /// <summary>
    /// Maximum number of problems of one kind per list or object. It keeps the response to a hostile body small.
    /// </summary>
    private const int MaxProblems = 20;

    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObjectReader?> objects = new(StringComparer.Ordinal);
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> ignored = new(StringComparer.Ordinal);
    private readonly string pointer;
    private readonly List<Problem> problems;
    private bool hasRefusedOthers;

    private JsonObjectReader(JsonElement element, string pointer, List<Problem> problems)
    {
        this.pointer = pointer;
        this.problems = problems;
        var wrong = 0;
        foreach (var member in element.EnumerateObject())
        {
            if (wrong == MaxProblems)
            {
                break;
            }

            if (JsonParsing.Name(member) is not { } name)
            {
                wrong++;
                problems.Add(new Problem(
                    pointer,
                    "A member's name holds half a surrogate pair (\\ud800 to \\udfff); write whole characters."));
            }
            else if (!members.TryAdd(name, member.Value))
            {
                wrong++;
                Refuse(name, $"{Problem.Quote(name)} is there twice; write it once.");
            }
        }
    }

    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>Reads an element as an object. When it is not an object, returns null and adds a problem.</summary>
    /// <param name="pointer">JSON pointer to the element; empty for the body itself.</param>
    public static JsonObjectReader? Of(JsonElement element, string pointer, List<Problem> problems)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return new JsonObjectReader(element, pointer, problems);
        }

        problems.Add(new Problem(pointer, $"This is {JsonParsing.Kind(element)}; write an object, {{…}}."));
        return null;
    }

    /// <summary>JSON pointer to a member, escaped per RFC 6901.</summary>
    public string PointerTo(string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public void Refuse(string name, string detail) => RefuseAt(PointerTo(name), detail);

    /// <param name="place">The full JSON pointer, as in <see cref="TextAt.Pointer"/>.</param>
    public void RefuseAt(string place, string detail) => problems.Add(new Problem(place, detail));

    /// <summary>The member's value; null when it is absent or <c>null</c>.</summary>
    public JsonElement? Value(string name)
    {
        asked.Add(name);
        return members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Whether the member is present, even as <c>null</c>.</summary>
    public bool Has(string name) => members.ContainsKey(name);

    /// <summary>A string; null when absent or (with a problem) not a string.</summary>
    public string? Text(string name) => Value(name) is { } value ? Text(value, PointerTo(name)) : null;

    /// <summary>A required string; null (with a problem) when it is absent or not a string.</summary>
    /// <param name="advice">What to write, as the rest of a sentence: "a title of 1 to 200 characters".</param>
    public string? RequiredText(string name, string advice)
    {
        RequireValue(name, advice);
        return Text(name);
    }

    /// <summary>A nested object; null when absent or (with a problem) not an object.</summary>
    public JsonObjectReader? Object(string name)
    {
        if (!objects.TryGetValue(name, out var read))
        {
            read = Value(name) is { } value ? Of(value, PointerTo(name), problems) : null;
            objects.Add(name, read);
        }

        return read;
    }

    /// <summary>A required nested object; null (with a problem) when it is absent or not an object.</summary>
    /// <param name="advice">What to write, as the rest of a sentence.</param>
    public JsonObjectReader? RequiredObject(string name, string advice)
    {
        RequireValue(name, advice);
        return Object(name);
    }

    /// <summary>
    /// The strings of an array, each with its pointer. Empty when the array is absent. Items that are not strings are
    /// skipped, with a problem each.
    /// </summary>
    public IReadOnlyList<TextAt> Texts(string name)
    {
        if (Value(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(name, $"{Problem.Quote(name)} is {JsonParsing.Kind(value)}; write a list of strings, [\"…\"].");
            return [];
        }

        var texts = new List<TextAt>();
        var before = problems.Count;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var place = $"{PointerTo(name)}/{index++}";
            if (Text(item, place) is { } text)
            {
                texts.Add(new TextAt(text, place));
            }
            else if (problems.Count - before == MaxProblems)
            {
                break;
            }
        }

        return texts;
    }

    /// <summary>Accepts members without reading them, so that clients can send back what they received.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            ignored.Add(name);
        }
    }

    /// <summary>
    /// Takes the members that are absent from another object, also those of nested objects that have been read. This
    /// object is then a merge patch (RFC 7396) of the other one.
    /// </summary>
    public void FillFrom(JsonElement other)
    {
        foreach (var member in other.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, member.Value) && member.Value.ValueKind == JsonValueKind.Object)
            {
                objects.GetValueOrDefault(member.Name)?.FillFrom(member.Value);
            }
        }
    }

    /// <summary>
    /// Adds a problem for each member that was neither read nor ignored (at most 20). Call it last; only the first call
    /// counts.
    /// </summary>
    public void RefuseOthers()
    {
        if (hasRefusedOthers)
        {
            return;
        }

        hasRefusedOthers = true;
        var others = members.Keys.Where(name => !asked.Contains(name) && !ignored.Contains(name));
        foreach (var name in others.Take(MaxProblems))
        {
            Refuse(
                name, $"{Problem.Quote(name)} is not known here; leave it out (known are {string.Join(", ", asked)}).");
        }
    }

    private void RequireValue(string name, string advice)
    {
        if (Value(name) is null)
        {
            Refuse(name, $"{Problem.Quote(name)} is missing; write {advice}.");
        }
    }

    private string? Text(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Add(new Problem(place, $"This is {JsonParsing.Kind(value)}; write a string, \"…\"."));
            return null;
        }

        if (JsonParsing.Of(value) is { } text)
        {
            return text;
        }

        problems.Add(
            new Problem(place, "This text holds half a surrogate pair (\\ud800 to \\udfff); write whole characters."));
        return null;
    }
}

/// <summary>A string of a request body.</summary>
/// <param name="Pointer">JSON pointer to the string.</param>
internal sealed record TextAt(string Text, string Pointer);
