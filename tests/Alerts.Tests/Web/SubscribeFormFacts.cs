using System.Net;
using System.Text.RegularExpressions;

namespace Alerts.Tests.Web;

/// <summary>What the form to subscribe offers and answers.</summary>
public sealed class SubscribeFormFacts
{
    [Fact]
    public async Task While_email_cannot_be_sent_a_new_subscriber_reads_that_it_is_delayed()
    {
        await using var service = await TestService.StartAsync();
        Assert.Contains("We are sending an email to jane@example.com.", await SubscribeAsync(service),
            StringComparison.Ordinal);
        service.Get<ServiceHealth>().Channel("email").Failed("connection refused");

        var page = await SubscribeAsync(service);

        Assert.Contains(
            "Email is delayed at the moment. We will send it to jane@example.com as soon as we can.", page,
            StringComparison.Ordinal);
        Assert.DoesNotContain("We are sending", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_topic_of_the_front_page_can_be_followed()
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("gone", "2025-10-20", topic: "apec");
        await service.AddDateAsync("near", "2025-10-30", topic: "tariffs");
        Assert.Contains("topic=apec", (await service.GetAsync("/")).Text, StringComparison.Ordinal);

        var form = (await service.GetAsync("/subscribe")).Text;

        Assert.Contains("name=\"topics\" value=\"apec\"", form, StringComparison.Ordinal);
        Assert.Contains("name=\"topics\" value=\"tariffs\"", form, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"gone\"", form, StringComparison.Ordinal); // a date that is over
    }

    [Fact]
    public async Task Unreadable_leads_are_said_at_their_field_with_the_advice_once()
    {
        await using var service = await TestService.StartAsync();

        var page = await SubscribeAsync(service, ("moreLeads", "90 min, next week"));

        var at = page.IndexOf("name=\"moreLeads\"", StringComparison.Ordinal);
        Assert.Contains(
            "maxlength=\"1500\" aria-invalid=\"true\" aria-describedby=\"moreLeads-error moreLeads-hint\">",
            page[at..], StringComparison.Ordinal);
        Assert.Contains(
            "<div id=\"moreLeads-error\"><p class=\"error\">We cannot read “90 min”.</p>"
            + "<p class=\"error\">We cannot read “next week”.</p></div>",
            page[at..], StringComparison.Ordinal);
        Assert.Contains("<div class=\"field wrong\"><label for=\"moreLeads\">", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#moreLeads\">", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "90 minutes"));
    }

    [Fact]
    public async Task The_summary_of_the_errors_gets_the_focus()
    {
        await using var service = await TestService.StartAsync();
        Assert.DoesNotContain(" autofocus", (await service.GetAsync("/subscribe")).Text, StringComparison.Ordinal);
        Assert.Contains("<div class=\"note stop\" role=\"alert\" tabindex=\"-1\" autofocus>",
            await SubscribeAsync(service, ("timeZone", "Berln")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_in_one_round()
    {
        await using var service = await TestService.StartAsync();

        var page = await SubscribeAsync(
            service, ("address", "jane@exmaple"), ("moreLeads", "1 dya"), ("dates", "unknown"));

        Assert.Contains("Did you mean jane@example.com?", page, StringComparison.Ordinal);
        Assert.Contains("We cannot read “1 dya”.", page, StringComparison.Ordinal);
        Assert.Contains("There is no key date 'unknown'", page, StringComparison.Ordinal);
        Assert.Equal(["/leads/0", "/dates/1"], (await service.PostAsync(
            "/api/subscriptions",
            """
            {"channel":{"type":"email","address":"jane@example.com"},
            "dates":["Not an id","unknown"],"leads":["1 dya"],"timeZone":"UTC"}
            """)).Pointers(400).Where(place => place != "/dates/0"));
    }

    private static async Task<string> SubscribeAsync(TestService service, params (string Name, string Value)[] instead)
    {
        var fields = new Dictionary<string, string>
        {
            ["do"] = "subscribe",
            ["channel"] = "email",
            ["address"] = "jane@example.com",
            ["leads"] = "P1D",
            ["timeZone"] = "Berlin",
            ["at"] = "09:00",
        };
        foreach (var (name, value) in instead)
        {
            fields[name] = value;
        }

        using var form = new FormUrlEncodedContent(fields);
        using var answer = await service.Client.PostAsync("/subscribe", form, Cancel);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));
    }
}
