namespace Alerts.Tests.Web;

/// <summary>The forms say what is wrong in the words of a form, not in those of the API.</summary>
public sealed class FormProblemFacts
{
    [Theory]
    [InlineData("leads", "", "Choose at least one time.")]
    [InlineData("moreLeads", "1 month, 90 min and 2 weeks", "We cannot read “90 min”.")]
    [InlineData("moreLeads", "next tuesday", "We cannot read “next tuesday”.")]
    [InlineData("moreLeads", "10 years", "“10 years” is not possible.")]
    [InlineData("timeZone", "", "Choose your time zone: type a city, such as Berlin or New York.")]
    [InlineData("timeZone", "Berln", "We do not know the time zone “Berln”.")]
    [InlineData("timeZone", "München", "“München”. Type a large city by its English name, such as Munich")]
    [InlineData("timeZone", "GMT+1", "“GMT+1” does not say when the clocks change. Type a city in that time zone")]
    [InlineData("at", "noon", "Enter a time of day, such as 09:00.")]
    [InlineData("quietFrom", "22:00", "Enter both times, such as 22:00 and 07:00, or none.")]
    public async Task A_mistake_is_said_in_the_words_of_the_form(string field, string value, string said)
    {
        await using var service = await TestService.StartAsync();
        var fields = new Dictionary<string, string> { ["leads"] = "P1D", ["timeZone"] = "Berlin", ["at"] = "09:00" };
        fields[field] = value;

        using var form = new FormUrlEncodedContent(fields);
        using var answer = await service.Client.PostAsync(
            "/subscribe/preview", form, TestContext.Current.CancellationToken);

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(said, System.Net.WebUtility.HtmlDecode(text), StringComparison.Ordinal);
        Assert.Equal(1, text.Split("<li>").Length - 1);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Equal_quiet_hours_are_one_problem()
    {
        await using var service = await TestService.StartAsync();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["leads"] = "P1D",
            ["timeZone"] = "Berlin",
            ["quietFrom"] = "22:00",
            ["quietTo"] = "22:00",
        });
        using var answer = await service.Client.PostAsync(
            "/subscribe/preview", form, TestContext.Current.CancellationToken);

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("The two times are equal. Enter two different ones, or none.", text, StringComparison.Ordinal);
    }
}
