using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Dates.Calendars;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// The content of the form for a key date, shown again if something in it is wrong. To validate it, it is written as
/// the JSON that API clients send, so that both get the same problems.
/// </summary>
internal sealed record AdminDateForm
{
    public string Id { get; init; } = "";

    public string Title { get; init; } = "";

    public string Summary { get; init; } = "";

    public string Topics { get; init; } = "";

    public string On { get; init; } = "";

    public string At { get; init; } = "";

    public string Zone { get; init; } = "";

    public string EndOn { get; init; } = "";

    public string EndAt { get; init; } = "";

    public string Status { get; init; } = "confirmed";

    public string Source { get; init; } = "";

    public string CheckedOn { get; init; } = "";

    public string Reason { get; init; } = "";

    /// <summary>The version that the form was opened with; null for a new date.</summary>
    public int? Version { get; init; }

    /// <summary>
    /// All fields by the names of their inputs, so that they can be carried through a confirmation page.
    /// </summary>
    public IEnumerable<(string Name, string Value)> Fields =>
        [
            ("id", Id),
            ("title", Title),
            ("summary", Summary),
            ("topics", Topics),
            ("when-date", On),
            ("when-time", At),
            ("when-timeZone", Zone),
            ("end-date", EndOn),
            ("end-time", EndAt),
            ("status", Status),
            ("source", Source),
            ("checkedOn", CheckedOn),
            ("reason", Reason),
            ("version", Version?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ];

    public static AdminDateForm Of(DateVersion version)
    {
        var date = version.KeyDate;
        return new AdminDateForm
        {
            Id = date.Id,
            Title = date.Title,
            Summary = date.Summary ?? "",
            Topics = string.Join(' ', date.Topics),
            On = TimeText.Write(date.When.On),
            At = date.When.At is { } at ? TimeText.Write(at) : "",
            Zone = date.When.Zone.Id,
            EndOn = date.End is { } end ? TimeText.Write(end.On) : "",
            EndAt = date.End?.At is { } endAt ? TimeText.Write(endAt) : "",
            Status = KeyDateJson.Word(date.Status),
            Source = date.Source ?? "",
            CheckedOn = date.CheckedOn is { } on ? TimeText.Write(on) : "",
            Version = version.Number,
        };
    }

    public static AdminDateForm Of(IFormCollection form)
    {
        string Text(string name) => form[name].ToString().Trim();
        return new AdminDateForm
        {
            Id = Text("id").Length > 0 ? Text("id") : CategoryTopics.Of(Text("title")),
            Title = Text("title"),
            Summary = Text("summary").ReplaceLineEndings("\n"),
            Topics = Text("topics"),
            On = Text("when-date"),
            At = Text("when-time"),
            Zone = ZoneSearch.Resolve(Text("when-timeZone")),
            EndOn = Text("end-date"),
            EndAt = Text("end-time"),
            Status = Text("status"),
            Source = Text("source"),
            CheckedOn = Text("checkedOn"),
            Reason = Text("reason").ReplaceLineEndings("\n"),
            Version = int.TryParse(Text("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version
                : null,
        };
    }

    /// <summary>The wanted date; null, with problems, if a field is wrong.</summary>
    public KeyDate? Read(List<Problem> problems, out string? reason)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return KeyDateJson.Read(document.RootElement, "", Id, problems, out reason);
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("title", Title);
        WriteText(json, "summary", Summary);
        json.WriteStartArray("topics");
        foreach (var topic in Topics.Split([' ', ',', ';', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            json.WriteStringValue(topic);
        }

        json.WriteEndArray();
        WriteMoment(json, "when", On, At);
        if (EndOn.Length + EndAt.Length > 0)
        {
            WriteMoment(json, "end", EndOn, EndAt);
        }

        json.WriteString("status", Status);
        WriteText(json, "source", Source);
        WriteText(json, "checkedOn", CheckedOn);
        WriteText(json, "reason", Reason);
        json.WriteEndObject();
    }

    private void WriteMoment(Utf8JsonWriter json, string name, string on, string at)
    {
        json.WriteStartObject(name);
        WriteText(json, "date", on);
        WriteText(json, "time", at);
        WriteText(json, "timeZone", Zone);
        json.WriteEndObject();
    }

    /// <summary>Writes a field, unless it is empty, which means absent.</summary>
    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, text);
        }
    }
}
