using System.Security.Cryptography;
using Alerts.Senders.Email;
using Alerts.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>The web API and pages over a world, on that world's store.</summary>
internal sealed class WebOverWorld : IAsyncDisposable
{
    public const string AdminKey = "the-admin-key";

    /// <summary>The key that signs the mail provider's events.</summary>
    public static readonly ECDsa EventKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly WebApplication app;

    private WebOverWorld(WebApplication app)
    {
        this.app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(100) };
    }

    public HttpClient Http { get; }

    /// <param name="instead">Replacements for parts of the world.</param>
    public static async Task<WebOverWorld> StartAsync(World world, params (Type Type, object Part)[] instead)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.AddProvider(world.Log);
        foreach (var (type, part) in world.Parts.Concat(instead).Where(one => !one.Type.IsGenericType))
        {
            builder.Services.AddSingleton(type, part);
        }

        builder.Services.AddSingleton(new AdminAccess(AdminKey));
        builder.Services.AddSingleton(
            new AdminSession(new AdminAccess(AdminKey), world.Get<PublicUrl>(), TimeProvider.System));
        builder.Services.AddSingleton(
            new SendGridEvents(EventKey.ExportSubjectPublicKeyInfo())).AddSingleton<SendGridHook>();
        builder.Services.AddAlertsWeb();
        var app = builder.Build();
        app.UseAlerts();
        app.MapAlerts();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WebOverWorld(app);
    }

    public async Task<HttpResponseMessage> PutDateAsync(string id, string summary = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/dates/" + id)
        {
            Content = new StringContent(
                $$$"""{"title":"{{{id}}}","summary":"x{{{summary}}}","when":{"date":"2025-12-10","timeZone":"UTC"}}"""),
        };
        request.Headers.Authorization = new("Bearer", AdminKey);
        request.Content.Headers.ContentType = new("application/json");
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<(int Status, string Text)> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", AdminKey);
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Posts signed provider events and returns the status.</summary>
    public async Task<int> PostEventsAsync(byte[] body)
    {
        byte[] signed = [.. "1700000000"u8, .. body];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/sendgrid")
        { Content = new ByteArrayContent(body) };
        request.Headers.Add(SendGridEvents.TimestampHeader, "1700000000");
        request.Headers.Add(SendGridEvents.SignatureHeader, Convert.ToBase64String(
            EventKey.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
