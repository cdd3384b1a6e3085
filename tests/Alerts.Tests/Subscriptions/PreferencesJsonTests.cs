using Alerts.Subscriptions;
using CsCheck;

namespace Alerts.Tests.Subscriptions;

/// <summary>Tests the stored text of preferences.</summary>
public sealed class PreferencesJsonTests
{
    private static readonly string[] LeadTexts = ["P0D", "PT0S", "P7D", "P1M", "PT1H", "3BD", "P1W", "P1Y"];
    private static readonly string[] Zones = ["UTC", "America/New_York", "Etc/GMT+12", "Asia/Kathmandu"];

    private static readonly Gen<LocalTime> Hour = Gen.Int[0, 1439]
        .Select(minute => LocalTime.Midnight.PlusMinutes(minute));

    private static readonly Gen<QuietHours?> Quiet = Gen.Select(Gen.Bool, Hour, Gen.Int[1, 1439], (any, from, length) =>
        any ? new QuietHours(from, from.PlusMinutes(length)) : null);

    private static readonly Gen<Preferences> PreferenceSets = Gen.Select(
        AnyKeyDate.Slug.Array[0, 5],
        AnyKeyDate.Slug.Array[0, 5],
        Gen.Shuffle(LeadTexts, 1, 8),
        Gen.OneOf(Zones),
        Hour,
        Quiet,
        (dates, topics, leads, zone, at, quiet) =>
            new Preferences(
                [.. dates.Distinct()],
                [.. topics.Distinct()],
                [.. leads.Select(Lead)],
                DateTimeZoneProviders.Tzdb[zone],
                at,
                quiet));

    [Fact]
    public void What_is_stored_comes_back_in_its_order() => PreferenceSets.Sample(preferences =>
    {
        var back = PreferencesJson.FromStored(PreferencesJson.ToStored(preferences));
        Assert.Equal(preferences.Dates, back.Dates);
        Assert.Equal(preferences.Topics, back.Topics);
        Assert.Equal(preferences.Leads, back.Leads);
        Assert.Equal(preferences with { Dates = back.Dates, Topics = back.Topics, Leads = back.Leads }, back);
    });

    [Fact]
    public void The_same_wish_in_another_order_has_the_same_canonical_text() =>
        PreferenceSets.Sample(preferences =>
        {
            var turned = preferences with
            {
                Dates = [.. preferences.Dates.Reverse()],
                Topics = [.. preferences.Topics.Reverse()],
                Leads = [.. preferences.Leads.Reverse()],
            };
            Assert.Equal(PreferencesJson.Canonical(preferences), PreferencesJson.Canonical(turned));
            Assert.NotEqual(
                PreferencesJson.Canonical(preferences),
                PreferencesJson.Canonical(preferences with { At = preferences.At.PlusMinutes(1) }));
        });

    private static Lead Lead(string text) =>
        LeadText.TryParse(text, out var lead, out _) ? lead : throw new ArgumentException(text, nameof(text));
}
