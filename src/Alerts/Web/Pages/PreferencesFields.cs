using Alerts.Dates;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;
using Alerts.Web.Pages.Channels;

namespace Alerts.Web.Pages;

/// <summary>The fields of the forms to subscribe and to change a subscription.</summary>
internal static class PreferencesFields
{
    /// <summary>
    /// The suggestions for the time zone: one name per zone, and large cities after which no zone is named.
    /// </summary>
    public static readonly Html ZoneNames = Html.Of(
        $"""<datalist id="zones">{Html.Each(ZoneSearch.Offered, one =>
            Html.Of($"<option value=\"{one.Name}\">{one.Zone}</option>"))}</datalist>""");

    /// <summary>The attributes of an input for a time zone.</summary>
    public static readonly Html ZoneAttributes = Html.Of($" list=\"zones\" maxlength=\"64\"");

    /// <summary>The choice of a channel, and the fields of each.</summary>
    public static Html Channel(AllChannelPages channels, PreferencesForm form, FieldErrors errors) => Html.Of(
        $"""
        <fieldset><legend>Where to</legend>
        <div class="chips">
        {Html.Each(channels.All, channel => Html.Of($"{Html.Chip("radio", "channel", channel.Name,
            channel == channels.ChosenIn(form), Html.Of($"{channel.Label}"))}\n"))}</div>
        {Html.Each(channels.All, channel => Html.Of($"{channel.Fields(form, errors)}\n"))}</fieldset>

    """);

    /// <summary>The fields of the preferences: what to follow, how long before, and when.</summary>
    public static Html Preferences(PreferencesForm form, FieldErrors errors, Choices choices) => Html.Of(
        $"""
        <fieldset id="topics"><legend>{PreferencesText.What}</legend>
        <p class="hint">{"Choose topics, single dates or both. "
            + "Choose nothing to follow every date, including future ones."}</p>
        {errors.At("topics")}
        <div class="label">Topics</div>
        <div class="chips">{Html.Each(
            choices.Topics.Union(form.Topics).Order(StringComparer.Ordinal),
            topic => Chip(
                "topics", topic, Html.Of($"<bdi>{TopicNames.Of(topic)}</bdi>"), form.Topics.Contains(topic)))}</div>
        <details id="dates"{Html.If(form.Dates.Count > 0, Html.Of($" open"))}>
        <summary class="label">Single dates</summary>
        {errors.At("dates")}
        <div class="choices">{Html.Each(choices.Dates, date => DateChoice(date, form.Dates.Contains(date.Id)))}
        {Html.Each(form.Dates.Except(choices.Dates.Select(date => date.Id)), OtherDateChoice)}</div>
        </details></fieldset>
        <fieldset id="leads"><legend>How long before</legend>
        <p class="hint">Choose one or more. When a date moves or is cancelled, we always tell you at once.</p>
        <div class="chips">{LeadChips(form)}</div>
        {errors.At("leads")}
        {errors.Input("moreLeads", "Other times", form.MoreLeads,
            hint: "For example: 2 weeks, 90 minutes, 5 business days. "
                + "To skip US federal holidays too, write 5BD/us-federal.",
            attributes: Html.Of($" maxlength=\"1500\""))}
        </fieldset>
        <fieldset><legend>{PreferencesText.When}</legend>
        <div class="pair">
        {errors.Input("timeZone", "Time zone", form.TimeZone, hint: "Type a city, such as Berlin or New York.",
            attributes: Html.Of($"{ZoneAttributes} data-zone"), inside: ZoneNames)}
        {errors.Input("at", "Time of day", form.At, "time", "For alerts that count in days.")}
        </div>
        <details id="quietHours"{Html.If(form.QuietFrom.Length + form.QuietTo.Length > 0, Html.Of(
            $" open"))}><summary class="label">{PreferencesText.Quiet}</summary>
        {errors.At("quietHours")}
        <div class="pair">
        <div class="field"><label for="quietHours-from">From</label><input type="time"
        id="quietHours-from" name="quietFrom" value="{form.QuietFrom}"{errors.Attributes(
            "quietHours")}></div>
        <div class="field"><label for="quietHours-to">Until</label><input type="time"
        id="quietHours-to" name="quietTo" value="{form.QuietTo}"{errors.Attributes(
            "quietHours")}></div>
        </div>
        <p class="hint">{"Alerts due in these hours wait until they end, unless the date begins before then. "
            + "Leave both empty for none."}</p></details>
        </fieldset>

        """);

    /// <summary>A checkbox to follow a date.</summary>
    private static Html DateChoice(KeyDate date, bool isChosen) => Html.Of(
        $"""<label class="choice"><input type="checkbox" name="dates" value="{date.Id}"{Html.Checked(isChosen)}> """
        + $"""<span><bdi>{date.Title}</bdi> {DateText.Badges(date)} """
        + $"""<span class="block soft">{DateText.Own(date)}</span></span></label>""");

    /// <summary>A checked checkbox for a followed date that is not among the dates to choose from.</summary>
    private static Html OtherDateChoice(string id) => Html.Of(
        $"""<label class="choice"><input type="checkbox" name="dates" value="{id}" checked> """
        + $"""<span><bdi>{id}</bdi></span></label>""");

    private static Html LeadChips(PreferencesForm form) =>
        Html.Each(PreferencesForm.UsualLeads, lead =>
            Chip("leads", lead, Html.Of($"{Words(lead)}"), form.Leads.Contains(lead)));

    private static Html Chip(string name, string value, Html words, bool isChosen) => Html.Of(
        $"{Html.Chip("checkbox", name, value, isChosen, words)} ");

    private static string Words(string lead) =>
        LeadText.TryParse(lead, out var read, out var error)
            ? PreferencesWords.Words(read) : throw new FormatException(error);
}

/// <summary>The dates and topics that a form offers to choose from.</summary>
internal sealed class ChoosableDates(IKeyDates dates, ServiceClock clock)
{
    /// <summary>
    /// Maximum number of dates offered; more would be hard to choose from. Any date can also be followed from
    /// its own page.
    /// </summary>
    private const int Max = 200;

    public async Task<Choices> AllAsync(CancellationToken cancel)
    {
        var upcoming = (await dates.ListAsync(new DateFilter(OverAfter: clock.Now), null, Max, cancel)).Dates;
        var past = await dates.NewestPastAsync(clock.Now, Max, cancel);
        return new Choices(
            [.. upcoming.Select(version => version.KeyDate)],
            [.. upcoming.Concat(past).SelectMany(version => version.KeyDate.Topics).Distinct()]);
    }
}

/// <summary>What a form offers to choose from.</summary>
/// <param name="Dates">The dates that are not over, soonest first.</param>
/// <param name="Topics">
/// The topics of the front page: also those of past dates only, because a reader may wait for the next one.
/// </param>
internal sealed record Choices(IReadOnlyList<KeyDate> Dates, IReadOnlyList<string> Topics);
