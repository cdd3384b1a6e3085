using System.Text.Json;
using Alerts.Dates;

namespace Alerts.Subscriptions;

/// <summary>
/// Reads and writes preferences as JSON, <c>{dates, topics, leads, timeZone, at, quietHours}</c>, for requests and
/// the database.
/// </summary>
internal static class PreferencesJson
{
    private const int MaxDates = 500;
    private const int MaxLeads = 20;

    private static readonly LocalTime DefaultHour = new(9, 0);

    /// <summary>
    /// Reads the preferences from the members of a request; null when there are problems. Other members are left to the
    /// caller.
    /// </summary>
    public static Preferences? Read(JsonObjectReader fields)
    {
        var before = fields.Problems.Count;
        var dates = SlugList.Read(fields, "dates", MaxDates);
        var topics = SlugList.Read(fields, "topics");
        var leads = ReadLeads(fields);
        var zone = MomentJson.ReadRequiredZone(fields);
        var at = TimeText.Time(fields, "at") ?? DefaultHour;
        var quietHours = ReadQuietHours(fields);
        return zone is not null && fields.Problems.Count == before
            ? new Preferences(
                [.. dates.Select(date => date.Text)],
                [.. topics.Select(topic => topic.Text)],
                leads,
                zone,
                at,
                quietHours)
            : null;
    }

    /// <summary>
    /// The ids in the <c>dates</c> of a request, also when other members have problems; those not of an id's form are
    /// left out.
    /// </summary>
    public static IEnumerable<TextAt> DatesIn(JsonElement body) =>
        JsonObjectReader.Of(body, "", []) is { } fields
            ? SlugList.Read(fields, "dates", MaxDates).Where(date => Slug.IsOne(date.Text))
            : [];

    /// <summary>
    /// Serializes the preferences on one line, keeping the order of lists; <see cref="FromStored"/> restores them.
    /// </summary>
    public static string ToStored(Preferences preferences) => Text(
        preferences, preferences.Dates, preferences.Topics, preferences.Leads.Select(lead => lead.Text));

    /// <summary>
    /// Serializes the preferences so that the texts are equal for equal preferences, regardless of the order of lists.
    /// </summary>
    public static string Canonical(Preferences preferences) => Text(
        preferences,
        preferences.Dates.Order(StringComparer.Ordinal),
        preferences.Topics.Order(StringComparer.Ordinal),
        preferences.Leads.Select(lead => lead.Text).Order(StringComparer.Ordinal));

    /// <summary>Reads what <see cref="ToStored"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not valid preferences, which is a bug in this product.</exception>
    public static Preferences FromStored(string stored)
    {
        var problems = new List<Problem>();
        using var document = JsonDocument.Parse(stored);
        return JsonObjectReader.Of(document.RootElement, "", problems) is { } fields && Read(fields) is { } preferences
            ? preferences
            : throw new FormatException("Stored preferences cannot be read: " + string.Join(" ", problems));
    }

    private static List<Lead> ReadLeads(JsonObjectReader fields)
    {
        if (fields.Value("leads") is not { } list
            || (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 0))
        {
            fields.Refuse(
                "leads",
                $"There are no leads; write 1 to {MaxLeads}, such as [\"P7D\", \"P1D\"].");
            return [];
        }

        var texts = fields.Texts("leads");
        if (texts.Count > MaxLeads)
        {
            fields.Refuse(
                "leads", $"There are {texts.Count} leads; write at most {MaxLeads}.");
            return [];
        }

        var leads = new List<Lead>();
        var places = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (text, pointer) in texts)
        {
            if (!LeadText.TryParse(text, out var lead, out var error))
            {
                fields.RefuseAt(pointer, error);
            }
            else if (!places.TryAdd(text, pointer))
            {
                fields.RefuseAt(pointer, $"'{text}' is there twice, first at {places[text]}; write it once.");
            }
            else if (leads.TrueForAll(other => other.Text != lead.Text))
            {
                leads.Add(lead);
            }
        }

        return leads;
    }

    private static QuietHours? ReadQuietHours(JsonObjectReader fields)
    {
        if (fields.Object("quietHours") is not { } hours)
        {
            return null;
        }

        var from = ReadHour(hours, "from");
        var to = ReadHour(hours, "to");
        hours.RefuseOthers();
        if (from is not { } start || to is not { } end)
        {
            return null;
        }

        if (start == end)
        {
            fields.Refuse(
                "quietHours", "Quiet hours from and to are equal; write two different times, or leave quietHours out.");
        }

        return new QuietHours(start, end);
    }

    private static LocalTime? ReadHour(JsonObjectReader hours, string name)
    {
        if (hours.Value(name) is null)
        {
            hours.Refuse(name, $"'{name}' is missing; write a time of day as HH:MM.");
        }

        return TimeText.Time(hours, name);
    }

    private static string Text(
        Preferences preferences, IEnumerable<string> dates, IEnumerable<string> topics, IEnumerable<string> leads) =>
        JsonWriting.Object(
            writer =>
            {
                writer.WriteList("dates", dates);
                writer.WriteList("topics", topics);
                writer.WriteList("leads", leads);
                writer.WriteString("timeZone", preferences.Zone.Id);
                writer.WriteString("at", TimeText.Write(preferences.At));
                if (preferences.QuietHours is not { } quiet)
                {
                    writer.WriteNull("quietHours");
                    return;
                }

                writer.WriteStartObject("quietHours");
                writer.WriteString("from", TimeText.Write(quiet.From));
                writer.WriteString("to", TimeText.Write(quiet.To));
                writer.WriteEndObject();
            },
            JsonWriting.Readable);
}
