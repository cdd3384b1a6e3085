using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Sources;
using Alerts.Stores.Sqlite;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Web;

/// <summary>
/// The web API and pages on a real Kestrel at 127.0.0.1, with a real database in a temporary folder and a clock that
/// moves only when a test moves it.
/// </summary>
public sealed class TestService : IAsyncDisposable
{
    internal const string AdminKey = "the-admin-key";
    internal static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 0, 0);

    /// <summary>The key that signs SendGrid's events in tests.</summary>
    internal static readonly ECDsa EventKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly WebApplication app;
    private readonly TemporaryFolder folder;

    private TestService(WebApplication app, TemporaryFolder folder, ServiceClock clock)
    {
        this.app = app;
        this.folder = folder;
        Clock = clock;
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(app.Urls.Single().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)),
        };
    }

    internal HttpClient Client { get; }

    internal ServiceClock Clock { get; }

    internal string Folder => folder.Path;

    internal string OutboxPath => folder.At("outbox");

    internal static async Task<TestService> StartAsync(
        string? adminKey = AdminKey, bool hasOutbox = true, string urls = "http://127.0.0.1:0",
        Action<WebApplication>? also = null)
    {
        var folder = new TemporaryFolder();
        var clock = new ServiceClock(TimeProvider.System, Start, speed: 0);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseUrls(urls).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = RequestBody.Largest);
        var services = builder.Services;
        services.AddSingleton(clock);
        services.AddSqlite(
            new Settings(new ConfigurationBuilder().Build()), new DataFolder(folder.Path, folder.At("alerts.db")));
        services.AddSingleton<ChangeSignal>();
        services.AddSingleton(
            of => new ServiceHealth(clock, TimeProvider.System, of.GetRequiredService<ILogger<ServiceHealth>>()));
        services.AddSingleton(new WatchOptions(Duration.FromSeconds(30)));
        services.AddSingleton<IReadOnlyList<ShippedEntry>>([]);
        services.AddSingleton<Watcher>();
        services.AddSingleton<DateEdits>();
        services.AddSingleton<SubscriptionEdits>();
        services.AddSingleton<DateImports>();
        services.AddSingleton(new Tokens(new byte[32]));
        services.AddSingleton(new WebhookOptions(AllowLoopback: false, []));
        services.AddSingleton<ChannelKind, EmailKind>().AddSingleton<ChannelKind, WebhookKind>();
        services.AddSingleton<ChannelKinds>().AddSingleton<OperatorMail>();
        services.AddSources(new Settings(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Alerts:Sources:AllowLoopback", "true")]).Build()), TimeProvider.System);
        services.AddSingleton(new PublicUrl(new Uri("https://alerts.example.com")));
        services.AddSingleton(new AdminAccess(adminKey));
        services.AddSingleton(of => new AdminSession(
            of.GetRequiredService<AdminAccess>(), of.GetRequiredService<PublicUrl>(), TimeProvider.System));
        services.AddSingleton(new OutboxFolder(hasOutbox ? folder.At("outbox") : null));
        services.AddSingleton(new SendGridEvents(EventKey.ExportSubjectPublicKeyInfo())).AddSingleton<SendGridHook>();
        services.AddAlertsWeb();
        var app = builder.Build();
        app.UseAlerts();
        app.MapAlerts();
        also?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestService(app, folder, clock);
    }

    internal T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Sends a request and reads the whole response.</summary>
    /// <param name="bearer">The admin key or a manage token; null for none.</param>
    internal async Task<Reply> SendAsync(
        HttpMethod method, string path, string? body = null, string? bearer = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request);
        return await Reply.OfAsync(response);
    }

    internal Task<Reply> GetAsync(string path, string? bearer = null) =>
        SendAsync(HttpMethod.Get, path, bearer: bearer);

    internal Task<Reply> PostAsync(string path, string? body = null, string? bearer = null) =>
        SendAsync(HttpMethod.Post, path, body, bearer);

    /// <summary>Saves a date as the operator.</summary>
    internal Task<Reply> PutDateAsync(string id, string body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, "/api/dates/" + id, body, AdminKey, headers);

    /// <summary>Adds a date with a time in UTC that anyone may follow.</summary>
    internal async Task AddDateAsync(string id, string on, string time = "12:00", string topic = "tariffs")
    {
        var added = await PutDateAsync(
            id,
            $$$"""
            {"title":"The {{{id}}}","topics":["{{{topic}}}"],
            "when":{"date":"{{{on}}}","time":"{{{time}}}","timeZone":"UTC"}}
            """);
        Assert.Equal(201, added.Status);
    }

    /// <summary>
    /// Adds a webhook subscription to every date, in UTC, whose endpoint has answered the verification.
    /// </summary>
    internal async Task<(string Id, string Token)> SubscribeWebhookAsync(string leads = "\"P1D\"")
    {
        var made = await PostAsync(
            "/api/subscriptions",
            $$"""{"channel":{"type":"webhook","url":"https://example.com/hook"},"leads":[{{leads}}],"timeZone":"UTC"}"""
        );
        Assert.Equal(201, made.Status);
        await Settle("webhook", new Delivered(200, "challenge"));
        return (made.Json.GetProperty("id").GetString()!, made.Json.GetProperty("manageToken").GetString()!);
    }

    /// <summary>Adds an email subscription to every date, in UTC, not confirmed yet.</summary>
    internal async Task<Subscription> SubscribeEmailAsync(string address = "reader@example.com")
    {
        var made = await PostAsync(
            "/api/subscriptions",
            $$"""{"channel":{"type":"email","address":"{{address}}"},"leads":["P1D"],"timeZone":"UTC"}""");
        Assert.Equal(202, made.Status);
        return (await Settle("email", new Delivered(250, "ok"))).Single().Subscription;
    }

    /// <summary>Runs the watcher and settles every due message of a channel with the same result.</summary>
    internal async Task<IReadOnlyList<OutboundMessage>> Settle(string channel, SendResult result)
    {
        await Get<Watcher>().RunAsync(CancellationToken.None);
        var queue = Get<IQueue>();
        var none = new NoChannel(Get<ChannelKinds>().Of(channel));
        var claims = await queue.SettleAndClaimAsync(none, [], 100, null, CancellationToken.None);
        await queue.SettleAndClaimAsync(
            none,
            claims.Select(claim => new Settlement(claim, result, Clock.Now, TimeSpan.FromMilliseconds(12))).ToList(),
            0,
            null,
            CancellationToken.None);
        return claims.Select(claim => claim.Message).ToList();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A channel that never sends; only its name and limits are used.</summary>
    private sealed class NoChannel(ChannelKind kind) : IChannel
    {
        public ChannelKind Kind => kind;

        public int MaxConcurrency => 100;

        public bool DisablesWhatFails => kind.Destinations is not null;

        public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}

/// <summary>A response, read completely.</summary>
internal sealed record Reply(int Status, string Text, string? Type, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json { get; } =
        Type is "application/json" or "application/problem+json" ? JsonDocument.Parse(Text).RootElement : default;

    public IEnumerable<JsonElement> Items => Json.GetProperty("items").EnumerateArray();

    public static async Task<Reply> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));

    /// <summary>Checks that this is a problem with the status and returns the pointers of its errors.</summary>
    public IReadOnlyList<string> Pointers(int status)
    {
        Assert.Equal(status, Status);
        Assert.Equal("application/problem+json", Type);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEqual("", Json.GetProperty("title").GetString());
        Assert.NotEqual("", Json.GetProperty("detail").GetString());
        return Json.GetProperty("errors")
            .EnumerateArray().Select(error => error.GetProperty("pointer").GetString()!).ToList();
    }
}
