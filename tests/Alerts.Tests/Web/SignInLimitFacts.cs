using System.Globalization;

namespace Alerts.Tests.Web;

/// <summary>Tests that operator keys cannot be guessed: each client may try ten wrong ones per minute.</summary>
public sealed class SignInLimitFacts
{
    private const int Allowed = 10;

    [Fact]
    public async Task After_ten_wrong_keys_a_client_waits_whatever_it_sends()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < Allowed; i++)
        {
            Assert.Equal(401, await StatusAsync(service, $"wrong {i}", "203.0.113.7"));
        }

        var eleventh = await service.SendAsync(
            HttpMethod.Get, "/api/stats", bearer: "wrong", headers: ("X-Forwarded-For", "203.0.113.7"));
        Assert.Equal(429, eleventh.Status);
        Assert.InRange(int.Parse(eleventh.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal(429, await StatusAsync(service, TestService.AdminKey, "203.0.113.7"));
        Assert.Equal(200, await StatusAsync(service, TestService.AdminKey, "203.0.113.8"));
        Assert.Equal(429, await SignInAsync(service, TestService.AdminKey, "203.0.113.7"));
        Assert.Equal(303, await SignInAsync(service, TestService.AdminKey, "203.0.113.8"));
    }

    [Fact]
    public async Task The_form_and_the_api_count_together()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < Allowed; i++)
        {
            Assert.Equal(401, i % 2 == 0
                ? await SignInAsync(service, "wrong", "203.0.113.7")
                : await StatusAsync(service, "wrong", "203.0.113.7"));
        }

        Assert.Equal(429, await SignInAsync(service, "wrong", "203.0.113.7"));
        Assert.Equal(429, await StatusAsync(service, "wrong", "203.0.113.7"));
    }

    [Fact]
    public async Task On_this_machine_wrong_keys_are_limited_and_the_right_one_still_counts()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < Allowed; i++)
        {
            Assert.Equal(401, await StatusAsync(service, "wrong", null));
        }

        Assert.Equal(429, await StatusAsync(service, "wrong", null));
        Assert.Equal(200, await StatusAsync(service, TestService.AdminKey, null));
    }

    [Fact]
    public async Task A_request_without_a_key_is_not_counted()
    {
        await using var service = await TestService.StartAsync();
        for (var i = 0; i < 2 * Allowed; i++)
        {
            Assert.Equal(401, (await service.GetAsync("/api/stats")).Status);
        }
    }

    [Fact]
    public async Task Closed_operator_pages_name_the_setting_that_opens_them()
    {
        await using var service = await TestService.StartAsync(adminKey: null);
        var page = await service.GetAsync("/admin");

        Assert.Contains("Alerts:AdminKey", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page.Text, StringComparison.Ordinal);
    }

    private static async Task<int> StatusAsync(TestService service, string key, string? client) =>
        (await service.SendAsync(
            HttpMethod.Get, "/api/stats", bearer: key,
            headers: client is null ? [] : [("X-Forwarded-For", client)])).Status;

    private static async Task<int> SignInAsync(TestService service, string key, string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/sign-in")
        {
            Content = new FormUrlEncodedContent([new("key", key)]),
        };
        request.Headers.Add("X-Forwarded-For", client);
        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
