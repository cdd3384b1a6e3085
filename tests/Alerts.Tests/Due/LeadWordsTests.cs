using System.Text.Json;
using Alerts.Subscriptions;

namespace Alerts.Tests.Due;

public sealed class LeadWordsTests
{
    [Theory]
    [InlineData("2 weeks", "P2W")]
    [InlineData("1 week", "P1W")]
    [InlineData("90 minutes", "PT90M")]
    [InlineData("90 MINUTES", "PT90M")]
    [InlineData("1 Month", "P1M")]
    [InlineData("1 year", "P1Y")]
    [InlineData("30 seconds", "PT30S")]
    [InlineData("5 business days", "5BD")]
    [InlineData("1 business day before", "1BD")]
    [InlineData("1 day 2 hours", "P1DT2H")]
    [InlineData(" 7 days before ", "P7D")]
    public void English_words_are_kept_as_the_duration_they_mean(string words, string kept)
    {
        Assert.True(LeadText.TryParse(words, out var lead, out var error), error);
        Assert.Equal(kept, lead.Text);
    }

    [Theory]
    [InlineData("PT90M", "90 minutes")]
    [InlineData("P1DT2H", "1 day 2 hours")]
    [InlineData("P1M", "1 month")]
    [InlineData("PT1M30S", "1 minute 30 seconds")]
    [InlineData("5BD", "5 business days")]
    public void A_lead_is_written_in_words_that_are_read_as_the_same(string lead, string words)
    {
        Assert.Equal(words, LeadWords.FromIso(lead));
        Assert.True(LeadText.TryParse(words, out var read, out var error), error);
        Assert.Equal(lead, read.Text);
    }

    [Theory]
    [InlineData("2 fortnights")]
    [InlineData("two weeks")]
    [InlineData("-2 weeks")]
    [InlineData("1.5 hours")]
    [InlineData("2 months 3 hours")] // months and hours together have no fixed length
    [InlineData("0 business days")]
    [InlineData("900 days")]
    public void Other_words_are_refused_with_advice(string words)
    {
        Assert.False(LeadText.TryParse(words, out _, out var error));
        Assert.Contains("such as 2 weeks", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2 weeks, 90 minutes and 5 business days", "2 weeks|90 minutes|5 business days")]
    [InlineData("P2W PT90M 5BD/us-federal", "P2W|PT90M|5BD/us-federal")]
    [InlineData("P2W PT90M, 1 day; 3BD", "P2W|PT90M|1 day|3BD")]
    [InlineData(" , ", "")]
    public void A_field_holds_several_leads(string field, string leads) =>
        Assert.Equal(leads, string.Join('|', LeadWords.Split(field)));

    [Theory]
    [InlineData("PT1H P1D P7D", "P7D P1D PT1H")]
    [InlineData("P30D P1M P1Y P12M P365D", "P365D P12M P1M P30D")]
    [InlineData("5BD P7D P8D P1D 1BD", "P8D 5BD P7D 1BD P1D")]
    [InlineData("P2W P14D", "P14D")]
    [InlineData("PT60M PT1H", "PT1H")]
    [InlineData("P1D PT24H", "P1D PT24H")] // a calendar day does not always have 24 hours
    [InlineData("5BD 5BD/us-federal", "5BD 5BD/US-FEDERAL")]
    public void The_longest_comes_first_and_equals_become_one(string asked, string kept)
    {
        var leads = string.Join(",", asked.Split(' ').Select(lead => $"\"{lead}\""));
        var problems = new List<Problem>();
        using var body = JsonDocument.Parse($$"""{"leads":[{{leads}}],"timeZone":"UTC"}""");
        var request = SubscriptionRequest.ReadPreview(body.RootElement, Subscribing.Channels, problems);
        Assert.Empty(problems);
        Assert.Equal(kept, string.Join(' ', request!.Preferences.Leads));
    }

    [Fact]
    public void A_patch_that_names_no_leads_leaves_them_as_they_are_stored()
    {
        var stored = PreferencesJson.FromStored("""{"leads":["P14D","P2W","P30D"],"timeZone":"UTC"}""");
        using var patch = JsonDocument.Parse("""{"at":"10:00"}""");
        Assert.Equal(
            "P14D P2W P30D",
            string.Join(' ', SubscriptionRequest.ReadPatch(patch.RootElement, stored, [])!.Preferences.Leads));
    }
}
