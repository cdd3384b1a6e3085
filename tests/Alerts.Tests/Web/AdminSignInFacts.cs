using static Alerts.Tests.Web.AdminBrowser;

namespace Alerts.Tests.Web;

/// <summary>Tests signing in to the operator's pages, and what protects their forms.</summary>
public sealed class AdminSignInFacts
{
    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/dates")]
    [InlineData("/admin/new")]
    [InlineData("/admin/dates/near")]
    [InlineData("/admin/dates/near/cancel")]
    [InlineData("/admin/import")]
    [InlineData("/admin/deliveries")]
    [InlineData("/admin/sources")]
    [InlineData("/admin/new-source")]
    [InlineData("/admin/sources/s")]
    [InlineData("/admin/proposals")]
    public async Task Who_is_not_signed_in_sees_only_where_to_sign_in(string path)
    {
        await using var service = await TestService.StartAsync();
        await service.AddDateAsync("near", "2025-10-26");
        foreach (var cookie in (string[])["", "alerts-admin=9999999999.00", "alerts-admin=x"])
        {
            var page = await service.SendAsync(HttpMethod.Get, path, headers: ("Cookie", cookie));
            Assert.Equal(401, page.Status);
            Assert.Contains("name=\"key\"", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("The near", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_right_key_opens_a_session_that_scripts_and_other_sites_cannot_use()
    {
        await using var service = await TestService.StartAsync();
        var wrong = await PostAsync(service, null, "/admin/sign-in", ("key", "not the key"));
        Assert.Equal((401, false), (wrong.Status, wrong.Headers.ContainsKey("Set-Cookie")));
        Assert.Contains("not the admin key", wrong.Text, StringComparison.Ordinal);

        var right = await PostAsync(service, null, "/admin/sign-in", ("key", TestService.AdminKey));
        Assert.Equal((303, "../admin"), (right.Status, right.Headers["Location"]));
        foreach (var careful in (string[])["httponly", "samesite=strict", "secure"])
        {
            Assert.Contains(careful, right.Headers["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
        }

        await using var closed = await TestService.StartAsync(adminKey: null);
        Assert.Equal(401, (await PostAsync(closed, null, "/admin/sign-in", ("key", ""))).Status);
        Assert.Equal(
            401, (await closed.SendAsync(HttpMethod.Get, "/admin", headers: ("Cookie", Cookie(right)))).Status);
    }

    [Fact]
    public async Task A_form_that_our_pages_did_not_make_changes_nothing()
    {
        await using var service = await TestService.StartAsync();
        var operatorAt = await SignInAsync(service);
        (string, string)[] date =
        [
            ("id", "trap"),
            ("title", "Trap"),
            ("when-date", "2025-11-10"),
            ("when-timeZone", "UTC"),
            ("status", "confirmed"),
            ("do", "save"),
        ];

        Assert.Equal(403, (await PostAsync(service, operatorAt.Cookie, "/admin/save", date)).Status);
        Assert.Equal(
            403,
            (
                await PostAsync(service, operatorAt.Cookie, "/admin/save", [.. date, ("form", new string('0', 64))])
            ).Status);
        Assert.Equal(401, (await PostAsync(service, null, "/admin/save", [.. date, ("form", operatorAt.Form)])).Status);
        Assert.Equal(404, (await service.GetAsync("/api/dates/trap")).Status);
        Assert.Equal(
            303,
            (await PostAsync(service, operatorAt.Cookie, "/admin/save", [.. date, ("form", operatorAt.Form)])).Status);
        Assert.Equal(200, (await service.GetAsync("/api/dates/trap")).Status);
    }
}
