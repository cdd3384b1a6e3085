using System.Buffers;
using System.Text.Json;
using Alerts.Core;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;
using Microsoft.Extensions.Primitives;

namespace Alerts.Web.Pages;

/// <summary>
/// What is filled into the form of a subscription, as it was typed: shown again when something in it is wrong. It is judged by
/// being written as the JSON that programs send, so that both are told the same.
/// </summary>
internal sealed record PreferencesForm
{
    public string Channel { get; init; } = "email";

    public string Address { get; init; } = "";

    /// <summary>
    /// The address that the form was sent with before, when a typing mistake was suspected; else empty.
    /// </summary>
    public string AsWritten { get; init; } = "";

    public string Url { get; init; } = "";

    /// <summary>Of a webhook: <c>standard</c> or <c>cloudevents</c>.</summary>
    public string Format { get; init; } = "standard";

    /// <summary>Who is warned when a webhook keeps failing; empty for nobody.</summary>
    public string Contact { get; init; } = "";

    public IReadOnlyList<string> Dates { get; init; } = [];

    public IReadOnlyList<string> Topics { get; init; } = [];

    public IReadOnlyList<string> Leads { get; init; } = ["P7D", "P1D"];

    /// <summary>Other leads, in words or short form, separated by commas.</summary>
    public string MoreLeads { get; init; } = "";

    /// <summary>Empty until the reader or the browser says.</summary>
    public string TimeZone { get; init; } = "";

    public string At { get; init; } = "09:00";

    public string QuietFrom { get; init; } = "";

    public string QuietTo { get; init; } = "";

    /// <summary>The form as it is first shown, with the dates or topics that a link names.</summary>
    public static PreferencesForm Fresh(IQueryCollection query) => new()
    {
        Dates = Chosen(query["date"]),
        Topics = Chosen(query["topic"]),
    };

    public static PreferencesForm Of(IFormCollection form) => new()
    {
        Channel = form["channel"].ToString() == "webhook" ? "webhook" : "email",
        Address = form["address"].ToString().Trim(),
        AsWritten = form["asWritten"].ToString(),
        Url = form["url"].ToString().Trim(),
        Format = form["format"].ToString() is { Length: > 0 } format ? format : "standard",
        Contact = form["contact"].ToString().Trim(),
        Dates = Chosen(form["dates"]),
        Topics = Chosen(form["topics"]),
        Leads = Chosen(form["leads"]),
        MoreLeads = form["moreLeads"].ToString(),
        TimeZone = ZoneSearch.Resolve(form["timeZone"].ToString().Trim()),
        At = form["at"].ToString().Trim(),
        QuietFrom = form["quietFrom"].ToString().Trim(),
        QuietTo = form["quietTo"].ToString().Trim(),
    };

    /// <summary>The form as it stands for a subscription.</summary>
    public static PreferencesForm Of(Preferences preferences)
    {
        var leads = preferences.Leads.Select(lead => lead.Text).ToList();
        var isChip = leads.ToLookup(Texts.PreferencesTexts.UsualLeads.Contains);
        return new PreferencesForm
        {
            Dates = preferences.Dates,
            Topics = preferences.Topics,
            Leads = [.. isChip[true]],
            MoreLeads = string.Join(
                ", ",
                preferences.Leads.Where(lead => isChip[false].Contains(lead.Text)).Select(Typed)),
            TimeZone = preferences.Zone.Id,
            At = TimeText.Write(preferences.At),
            QuietFrom = preferences.QuietHours is { } quiet ? TimeText.Write(quiet.From) : "",
            QuietTo = preferences.QuietHours is { } until ? TimeText.Write(until.To) : "",
        };
    }

    /// <summary>The JSON that a program would send for it.</summary>
    /// <param name="withChannel">Whether it says where to; a preview and a change do not.</param>
    public JsonDocument ToJson(bool withChannel)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (withChannel)
            {
                json.WriteStartObject("channel");
                json.WriteString("type", Channel);
                if (Channel == "email")
                {
                    json.WriteString("address", Address);
                }
                else
                {
                    json.WriteString("url", Url);
                    json.WriteString("format", Format);
                    WriteText(json, "contact", Contact);
                }

                json.WriteEndObject();
            }

            WriteList(json, "dates", Dates);
            WriteList(json, "topics", Topics);
            WriteList(json, "leads", AllLeads());
            WriteText(json, "timeZone", TimeZone);
            WriteText(json, "at", At);
            if (QuietFrom.Length + QuietTo.Length == 0)
            {
                json.WriteNull("quietHours");
            }
            else
            {
                json.WriteStartObject("quietHours");
                WriteText(json, "from", QuietFrom);
                WriteText(json, "to", QuietTo);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    // One that is a chip and written besides is meant once.
    private IEnumerable<string> AllLeads() =>
        Leads.Concat(LeadWords.Split(MoreLeads)).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>In words where they read back as the same lead.</summary>
    private static string Typed(Lead lead) =>
        PreferencesWords.Words(lead).Replace(" before", "", StringComparison.Ordinal) is var words
        && LeadText.TryParse(words, out var read, out _) && read == lead ? words : lead.Text;

    private static List<string> Chosen(StringValues values) =>
        [.. values.OfType<string>().Where(value => value.Length > 0).Distinct(StringComparer.Ordinal)];

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    /// <summary>An empty field is an absent one.</summary>
    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, text);
        }
    }
}
