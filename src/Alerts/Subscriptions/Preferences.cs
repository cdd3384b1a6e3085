namespace Alerts.Subscriptions;

/// <summary>
/// What a subscription follows, its leads, and its zone and time of day. Can be shared by many subscriptions.
/// </summary>
/// <param name="Dates">Ids of individually followed key dates; up to 500, distinct, in the order given.</param>
/// <param name="Topics">
/// Followed topics; up to 20. Dates that match either list are followed; all dates when both lists are empty.
/// </param>
/// <param name="Leads">1 to 20, distinct by text.</param>
/// <param name="Zone">The subscriber's IANA zone.</param>
/// <param name="At">The local time of day at which calendar and business-day leads are due; default 09:00.</param>
/// <param name="QuietHours">When reminders are held back; null for never.</param>
internal sealed record Preferences(
    IReadOnlyList<string> Dates, IReadOnlyList<string> Topics, IReadOnlyList<Lead> Leads,
    DateTimeZone Zone, LocalTime At, QuietHours? QuietHours)
{
    public bool Follows(Dates.KeyDate date) =>
        (Dates.Count == 0 && Topics.Count == 0) || Dates.Contains(date.Id) || Topics.Any(date.Topics.Contains);

    /// <summary>
    /// What is followed, as the plans of both stores index it: <c>d:</c> and the id of a date, <c>t:</c> and a topic,
    /// or <c>*</c> for all dates.
    /// </summary>
    public IEnumerable<string> Followed => Dates.Count == 0 && Topics.Count == 0
        ? ["*"]
        : Dates.Select(id => "d:" + id).Concat(Topics.Select(topic => "t:" + topic)).Distinct();
}

/// <summary>
/// Local times of day between which reminders are held back: <c>[From, To)</c>. May span midnight; the two are never
/// equal.
/// </summary>
internal sealed record QuietHours(LocalTime From, LocalTime To)
{
    public bool Contains(LocalTime time) => From < To ? From <= time && time < To : From <= time || time < To;
}
