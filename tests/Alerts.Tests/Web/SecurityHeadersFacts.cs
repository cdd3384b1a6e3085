using Alerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Alerts.Tests.Web;

public sealed class SecurityHeadersFacts
{
    [Fact]
    public async Task Every_route_and_every_error_tells_browsers_to_be_careful()
    {
        IReadOnlyList<RouteEndpoint> routes = [];
        await using var service = await TestService.StartAsync(also: app =>
        {
            app.MapGet("/broken", () =>
            {
                throw new InvalidOperationException("a bug");
            });
            routes =
            [
                .. ((IEndpointRouteBuilder)app)
                    .DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>(),
            ];
        });
        var asked = routes
            .SelectMany(route =>
                route.Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Where(method => method != "HEAD")
                    .Select(method => (Method: method, Path: Fill(route))))
            .Concat([("GET", "/no/such/page"), ("POST", "/no/such/page"), ("DELETE", "/")])
            .ToList();
        Assert.True(asked.Count > 40, $"only {asked.Count} routes were found");

        foreach (var (method, path) in asked)
        {
            var answer = await service.SendAsync(new HttpMethod(method), path, headers: ("Accept", "text/html"));
            var name = $"{method} {path} ({answer.Status})";
            Assert.True(answer.Headers.TryGetValue("Content-Security-Policy", out var policy), name);
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
            Assert.True(
                path.StartsWith("/docs", StringComparison.Ordinal)
                    || !policy.Contains("unsafe", StringComparison.Ordinal),
                name);
            Assert.True(answer.Headers["X-Content-Type-Options"] == "nosniff", name);
            Assert.True(answer.Headers["Referrer-Policy"] == "no-referrer", name);
            // The public URL of the service under test is https://alerts.example.com.
            Assert.True(answer.Headers["Strict-Transport-Security"] == "max-age=31536000", name);
            Assert.False(answer.Headers.TryGetValue("Set-Cookie", out _), name);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:7071")]
    [InlineData("https://localhost")]
    [InlineData("http://alerts.example.com")]
    public void Only_https_outside_loopback_is_kept_to_https(string publicUrl)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        SecurityHeaders.Write(headers, new PublicUrl(new Uri(publicUrl)));
        Assert.Equal(0, headers.StrictTransportSecurity.Count);
        Assert.Equal(SecurityHeaders.ContentSecurityPolicy, headers.ContentSecurityPolicy);
    }

    [Fact]
    public async Task A_form_that_is_none_or_too_large_is_told_so()
    {
        await using var service = await TestService.StartAsync();
        var empty = await service.SendAsync(HttpMethod.Post, "/subscribe", "{}", headers: ("Accept", "text/html"));
        Assert.Equal(400, empty.Status);
        Assert.Contains("Enter your email address, such as name@example.com.", empty.Text, StringComparison.Ordinal);

        using var large = new FormUrlEncodedContent([new("address", new string('x', RequestBody.Largest))]);
        using var tooLarge = await service.Client.PostAsync("/subscribe", large, TestContext.Current.CancellationToken);
        Assert.Equal(413, (int)tooLarge.StatusCode);

        using var broken = new StringContent(
            "no parts", new System.Net.Http.Headers.MediaTypeHeaderValue("multipart/form-data"));
        using var notAForm = await service.Client.PostAsync(
            "/subscribe", broken, TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)notAForm.StatusCode);
    }

    /// <summary>Returns a path of the route, with a text that matches nothing in place of each parameter.</summary>
    private static string Fill(RouteEndpoint route) =>
        "/"
        + string.Join(
            '/',
            route.RoutePattern.PathSegments.Select(segment => string.Concat(
                segment.Parts.Select(part =>
                    part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal
                        ? literal.Content : "none"))));
}
