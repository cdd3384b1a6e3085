using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>What a subscription asks for: what it follows, its leads, its zone and hour. Shared by many subscriptions.</summary>
/// <param name="Dates">Ids of key dates followed by name; up to 500, distinct, in the order given.</param>
/// <param name="Topics">Topics followed; up to 20. Both empty: everything is followed; else the union.</param>
/// <param name="Leads">1 to 20, distinct by text.</param>
/// <param name="Zone">The subscriber's IANA zone.</param>
/// <param name="At">The local hour at which calendar and business-day leads are told; default 09:00.</param>
/// <param name="QuietHours">When a reminder waits; null for never.</param>
internal sealed record Preferences(
    IReadOnlyList<string> Dates, IReadOnlyList<string> Topics, IReadOnlyList<Lead> Leads,
    DateTimeZone Zone, LocalTime At, QuietHours? QuietHours)
{
    public bool Follows(Dates.KeyDate date) =>
        (Dates.Count == 0 && Topics.Count == 0) || Dates.Contains(date.Id) || Topics.Any(date.Topics.Contains);
}

/// <summary>Local times between which reminders wait: inside means in <c>[From, To)</c>; may run over midnight; never equal.</summary>
internal sealed record QuietHours(LocalTime From, LocalTime To)
{
    public bool Contains(LocalTime time) => From < To ? From <= time && time < To : From <= time || time < To;
}
