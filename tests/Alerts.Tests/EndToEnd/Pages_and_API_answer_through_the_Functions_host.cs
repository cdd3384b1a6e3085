using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Sends requests from outside to the published folder under the fake Functions host, which starts once for all these
/// tests.
/// </summary>
[Collection(RealProcesses.UnderTheHost)]
public sealed class Pages_and_API_answer_through_the_Functions_host(
    Pages_and_API_answer_through_the_Functions_host.Running running
) : IClassFixture<Pages_and_API_answer_through_the_Functions_host.Running>
{
    private const string Truce = """{"title":"Truce","when":{"date":"2031-11-10","time":"12:00","timeZone":"UTC"}}""";
    private const int Largest = 256 * 1024;

    private HttpClient Http => running.Azure.Host.Http;

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/dates/truce", "text/html")]
    [InlineData("/subscribe", "text/html")]
    [InlineData("/docs/", "text/html")]
    [InlineData("/openapi/v1.json", "application/json")]
    [InlineData("/calendar.ics", "text/calendar")]
    [InlineData("/feed.atom", "application/atom+xml")]
    [InlineData("/healthz", "application/json")]
    [InlineData("/api/dates", "application/json")]
    [InlineData("/api/dates/truce/history", "application/json")]
    public async Task Every_kind_of_page_and_answer_arrives_whole(string path, string type)
    {
        using var answer = await Http.GetAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.True(answer.Headers.Contains("X-Content-Type-Options"));
        if (path != "/docs/")
        {
            // The page that describes the API comes from a library, which accepts only GET.
            using var head = await SendAsync(HttpMethod.Head, path);
            Assert.Equal((answer.StatusCode, type), (head.StatusCode, head.Content.Headers.ContentType?.MediaType));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_date_is_put_read_conditionally_and_cancelled()
    {
        using var added = await SendAsync(HttpMethod.Put, "/api/dates/put-here", Truce, operatorKey: true);
        using var same = await SendAsync(HttpMethod.Put, "/api/dates/put-here", Truce, operatorKey: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/dates/put-here");
        request.Headers.IfNoneMatch.Add(same.Headers.ETag!);
        using var unchanged = await Http.SendAsync(request, Cancel);
        using var stale = new HttpRequestMessage(HttpMethod.Put, "/api/dates/put-here") { Content = Json(Truce) };
        stale.Headers.Authorization = new("Bearer", FakeAzure.AdminKey);
        stale.Headers.TryAddWithoutValidation("If-Match", "\"no such\"");
        using var refused = await Http.SendAsync(stale, Cancel);
        using var cancelled = await SendAsync(HttpMethod.Post, "/api/dates/put-here/cancel", "{}", operatorKey: true);

        Assert.Equal(
            (201, 200, 304, 412, 200),
            (
                (int)added.StatusCode,
                (int)same.StatusCode,
                (int)unchanged.StatusCode,
                (int)refused.StatusCode,
                (int)cancelled.StatusCode));
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [InlineData("GET", "/api/dates/nobody", 404)]
    [InlineData("GET", "/api/dates?limit=x", 400)]
    [InlineData("DELETE", "/api/dates", 405)]
    [InlineData("PUT", "/api/dates/x", 401)]
    [InlineData("GET", "/api/dates/a%2Fb", 404)]
    [InlineData("GET", "/api/subscriptions/sub_1", 401)]
    public async Task Problems_have_their_status_and_a_body(string method, string path, int status)
    {
        using var answer = await SendAsync(new HttpMethod(method), path, method == "PUT" ? Truce : null);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["status"]!);
    }

    [Theory]
    [InlineData("GET", "/Due")]
    [InlineData("POST", "/Due")]
    [InlineData("POST", "/Email")]
    [InlineData("POST", "/Webhook")]
    [InlineData("POST", "/WebhookSlow")]
    [InlineData("POST", "/due")]
    public async Task From_outside_the_other_functions_do_not_exist(string method, string path)
    {
        using var answer = await SendAsync(new HttpMethod(method), path, method == "POST" ? "{}" : null);
        using var unknown = await SendAsync(new HttpMethod(method), "/NoSuchPath", method == "POST" ? "{}" : null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(await unknown.Content.ReadAsStringAsync(Cancel), await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Escapes_in_a_path_are_read_once()
    {
        using var escaped = await Http.GetAsync("/api/dates/%74ruce", Cancel);
        using var twice = await Http.GetAsync("/api/dates/%2574ruce", Cancel);

        Assert.Equal((200, 404), ((int)escaped.StatusCode, (int)twice.StatusCode));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bodies_are_read_up_to_the_limit_and_refused_above(bool isChunked)
    {
        var fits = Truce.Replace(
            "Truce", "Truce" + new string('x', Largest - Encoding.UTF8.GetByteCount(Truce)), StringComparison.Ordinal);
        using var read = await SendAsync(HttpMethod.Put, "/api/dates/large", fits, operatorKey: true, isChunked);
        using var tooLarge = await SendAsync(
            HttpMethod.Put, "/api/dates/large", fits + " ", operatorKey: true, isChunked);

        Assert.Equal(400, (int)read.StatusCode); // the title is longer than 200 characters
        Assert.Contains("/title", await read.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(413, (int)tooLarge.StatusCode);
        Assert.Equal("application/problem+json", tooLarge.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task An_operator_signs_in_by_form_cookie_and_redirect()
    {
        using var form = new FormUrlEncodedContent([new("key", FakeAzure.AdminKey)]);
        using var signedIn = await Http.PostAsync("/admin/sign-in", form, Cancel);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin");
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var page = await Http.SendAsync(request, Cancel);

        using var without = await Http.GetAsync("/admin", Cancel);
        using var redirected = await Http.GetAsync("/docs", Cancel);
        Assert.Equal((401, 302), ((int)without.StatusCode, (int)redirected.StatusCode));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.NotNull(signedIn.Headers.Location);
        Assert.Contains("admin/sign-out", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_get_an_error_page_and_never_an_empty_answer()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("<!doctype html>", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    /// <summary>The setting names the header that identifies a client; X-Forwarded-For is ignored.</summary>
    [Fact]
    public async Task Clients_are_counted_by_the_header_that_the_setting_names()
    {
        await AskUntilRefusedAsync(atMost: 3000, answered => "198.51.100." + (answered % 250));
        // The limit grows by ten each second, so some more may be answered. A client not yet seen has 600.
        await AskUntilRefusedAsync(atMost: 300, _ => null);
        Assert.Equal(200, (int)await AskAsAsync("203.0.113.8", "203.0.113.7"));

        async Task AskUntilRefusedAsync(int atMost, Func<int, string?> claimed)
        {
            var answered = 0;
            while ((int)await AskAsAsync("203.0.113.7", claimed(answered)) is var status && status != 429)
            {
                Assert.Equal(200, status);
                Assert.True(++answered < atMost, "There is no limit.");
            }
        }
    }

    private async Task<HttpStatusCode> AskAsAsync(string client, string? claimed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/dates/nobody/history");
        request.Headers.Add(Running.ClientHeader, client);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", claimed);
        using var answer = await Http.SendAsync(request, Cancel);
        return answer.StatusCode == HttpStatusCode.NotFound ? HttpStatusCode.OK : answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? body = null, bool operatorKey = false, bool isChunked = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        request.Headers.TransferEncodingChunked = isChunked ? true : null;
        if (operatorKey)
        {
            request.Headers.Authorization = new("Bearer", FakeAzure.AdminKey);
        }

        return await Http.SendAsync(request, Cancel);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>Runs the service with one date.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal const string ClientHeader = "X-Platform-Client";

        internal FakeAzure Azure { get; private set; } = null!; // set before any test runs

        public async ValueTask InitializeAsync()
        {
            Azure = await FakeAzure.StartAsync(
                ("Alerts__ClientAddressHeader", ClientHeader), ("Alerts__Dates__Shipped", "false"));
            await Azure.Host.StartAsync(at: null, speed: 1, Cancel);
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/dates/truce") { Content = Json(Truce) };
            request.Headers.Authorization = new("Bearer", FakeAzure.AdminKey);
            using var added = await Azure.Host.Http.SendAsync(request, Cancel);
            Assert.True(added.IsSuccessStatusCode, string.Join('\n', Azure.Host.Output));
        }

        public ValueTask DisposeAsync() => Azure.DisposeAsync();
    }
}
