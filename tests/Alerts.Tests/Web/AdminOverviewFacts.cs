using Alerts.Ledger;

namespace Alerts.Tests.Web;

/// <summary>What the operator's first page says about the service.</summary>
public sealed class AdminOverviewFacts
{
    [Fact]
    public async Task A_failure_that_ended_is_shown_for_a_day()
    {
        await using var service = await TestService.StartAsync();
        var email = service.Get<ServiceHealth>().Channel("email");
        email.Failed("connection refused");
        service.Clock.JumpTo(TestService.Start + Duration.FromHours(2));
        email.Succeeded();

        var page = await OverviewAsync(service);
        Assert.DoesNotContain("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Matches("<strong>Email</strong> failed from <time[^>]+>24 Oct 2025, 00:00 UTC</time> until "
            + "<time[^>]+>24 Oct 2025, 02:00 UTC</time>.*Cause: connection refused", page);

        service.Clock.JumpTo(TestService.Start + Duration.FromHours(26));
        Assert.DoesNotContain("connection refused", await OverviewAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_lead_to_what_they_count()
    {
        await using var service = await TestService.StartAsync();
        await service.SubscribeWebhookAsync("\"P7D\"");
        await service.AddDateAsync("near", "2025-10-30");
        await service.Settle("webhook", new TryAgain(500, "no"));

        var page = await OverviewAsync(service);

        Assert.Contains("<a href=\"admin/deliveries?state=retrying\">retrying</a></th><td>1</td>", page,
            StringComparison.Ordinal);
        Assert.Contains("<a href=\"admin/deliveries?state=delivered&amp;kind=service\">delivered</a></th><td>1</td>",
            page, StringComparison.Ordinal);
    }

    private static async Task<string> OverviewAsync(TestService service)
    {
        using var form = new FormUrlEncodedContent([new("key", TestService.AdminKey)]);
        using var signedIn = await service.Client.PostAsync("/admin/sign-in", form, Cancel);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").First().Split(';')[0];
        return (await service.SendAsync(HttpMethod.Get, "/admin", headers: ("Cookie", cookie))).Text;
    }
}
