using System.Text.Json;
using Alerts.Dates;
using Alerts.Subscriptions;
using Alerts.Web.Pages.Channels;
using Microsoft.Extensions.Primitives;

namespace Alerts.Web.Pages;

/// <summary>
/// The content of a subscription's form as it was typed, shown again if something in it is wrong. To validate it, it
/// is written as the JSON that API clients send, so that both get the same problems.
/// </summary>
internal sealed record PreferencesForm
{
    /// <summary>The leads offered as chips. Any other lead can be typed.</summary>
    public static readonly string[] UsualLeads = ["P30D", "P14D", "P7D", "P3D", "P1D", "3BD", "P0D", "PT1H", "PT0S"];

    /// <summary>The chosen channel's name; empty for none.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The text fields as they were submitted; each channel reads its own with <see cref="Field"/>.</summary>
    private IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The target with which the form was submitted before, if a typing mistake was suspected; otherwise empty.
    /// </summary>
    public string AsWritten { get; init; } = "";
    public IReadOnlyList<string> Dates { get; init; } = [];
    public IReadOnlyList<string> Topics { get; init; } = [];
    public IReadOnlyList<string> Leads { get; init; } = ["P7D", "P1D"];

    /// <summary>Further leads, in words or short form, separated by commas.</summary>
    public string MoreLeads { get; init; } = "";

    /// <summary>The time zone; empty until the reader or the browser fills it in.</summary>
    public string TimeZone { get; init; } = "";
    public string At { get; init; } = "09:00";
    public string QuietFrom { get; init; } = "";
    public string QuietTo { get; init; } = "";

    /// <summary>A new form, with the dates or topics that a link names.</summary>
    public static PreferencesForm Fresh(IQueryCollection query) => new()
    {
        Dates = Chosen(query["date"]),
        Topics = Chosen(query["topic"]),
    };

    public static PreferencesForm Of(IFormCollection form) => new()
    {
        Channel = form["channel"].ToString(),
        Texts = form.ToDictionary(
            field => field.Key, field => field.Value.ToString().Trim(), StringComparer.OrdinalIgnoreCase),
        AsWritten = form["asWritten"].ToString(),
        Dates = Chosen(form["dates"]),
        Topics = Chosen(form["topics"]),
        Leads = Chosen(form["leads"]),
        MoreLeads = form["moreLeads"].ToString(),
        TimeZone = ZoneSearch.Resolve(form["timeZone"].ToString().Trim()),
        At = form["at"].ToString().Trim(),
        QuietFrom = form["quietFrom"].ToString().Trim(),
        QuietTo = form["quietTo"].ToString().Trim(),
    };

    /// <summary>The form filled in for a subscription.</summary>
    public static PreferencesForm Of(Preferences preferences)
    {
        var leads = preferences.Leads.Select(lead => lead.Text).ToList();
        var isChip = leads.ToLookup(UsualLeads.Contains);
        return new PreferencesForm
        {
            Dates = preferences.Dates,
            Topics = preferences.Topics,
            Leads = [.. isChip[true]],
            MoreLeads = string.Join(
                ", ", preferences.Leads.Where(lead => isChip[false].Contains(lead.Text)).Select(Typed)),
            TimeZone = preferences.Zone.Id,
            At = TimeText.Write(preferences.At),
            QuietFrom = preferences.QuietHours is { } quiet ? TimeText.Write(quiet.From) : "",
            QuietTo = preferences.QuietHours is { } until ? TimeText.Write(until.To) : "",
        };
    }

    /// <summary>A text field of a channel; empty when it was not submitted.</summary>
    public string Field(string name) => Texts.GetValueOrDefault(name, "");

    /// <summary>The preferences, without a channel; null, with problems, if a field is wrong.</summary>
    public async Task<Preferences?> ReadAsync(
        ChannelKinds channels, IKeyDates dates, List<Problem> problems, CancellationToken cancel)
    {
        using var json = ToJson(channel: null);
        var asked = SubscriptionRequest.ReadPreview(json.RootElement, channels, problems);
        problems.AddRange(await UnknownDates.OfAsync(json.RootElement, dates, cancel));
        return problems.Count > 0 ? null : asked?.Preferences;
    }

    /// <summary>The JSON that an API client would send.</summary>
    /// <param name="channel">The chosen channel; null to leave it out. A preview and a change have none.</param>
    public JsonDocument ToJson(ChannelPages? channel)
    {
        PreferencesRequest request = channel is null
            ? new PreviewRequest() : new SubscribeRequest { Channel = channel.Request(this) };
        return ApiJson.Sent(request with
        {
            Dates = Dates,
            Topics = Topics,
            Leads = [.. AllLeads()],
            TimeZone = TimeZone,
            At = ApiJson.Given(At),
            QuietHours = QuietFrom.Length + QuietTo.Length == 0 ? null : new QuietHoursBody(QuietFrom, QuietTo),
        });
    }

    /// <summary>The chosen and the typed leads. One that is both counts once.</summary>
    public IEnumerable<string> AllLeads() =>
        Leads.Concat(LeadWords.Split(MoreLeads)).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>The lead in words, if they are read as the same lead; otherwise in short form.</summary>
    private static string Typed(Lead lead) =>
        LeadWords.FromIso(lead.Text) is var words && LeadText.TryParse(words, out var read, out _) && read == lead
            ? words : lead.Text;

    private static List<string> Chosen(StringValues values) =>
        [.. values.OfType<string>().Where(value => value.Length > 0).Distinct(StringComparer.Ordinal)];
}
