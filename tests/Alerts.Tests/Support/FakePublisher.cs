using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>A publisher of calendars on a real Kestrel, with ETags. A test sets its responses.</summary>
internal sealed class FakePublisher : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakePublisher(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>The calendars by path; any other path is answered 404.</summary>
    public ConcurrentDictionary<string, string> Calendars { get; } = new();

    /// <summary>
    /// Replaces the usual response: returns true when it has answered. Null always gives the usual response.
    /// </summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>The requested paths and queries, each with the status of its response.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Maximum number of requests in progress at once.</summary>
    public int MaxAtOnce => maxAtOnce;

    private int atOnce;
    private int maxAtOnce;

    public static async Task<FakePublisher> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var publisher = new FakePublisher(app);
        app.Run(publisher.AnswerAsync);
        await app.StartAsync();
        return publisher;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref atOnce);
        for (var most = maxAtOnce; now > most && Interlocked.CompareExchange(ref maxAtOnce, now, most) != most;)
        {
            most = maxAtOnce;
        }

        try
        {
            if (Instead is null || !await Instead(context))
            {
                await AnswerUsuallyAsync(context);
            }
        }
        finally
        {
            Interlocked.Decrement(ref atOnce);
            Requests.Enqueue($"{context.Request.Path}{context.Request.QueryString} {context.Response.StatusCode}");
        }
    }

    private async Task AnswerUsuallyAsync(HttpContext context)
    {
        if (!Calendars.TryGetValue(context.Request.Path, out var calendar))
        {
            context.Response.StatusCode = 404;
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(calendar);
        var tag = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..16]}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = 304;
            return;
        }

        context.Response.ContentType = "text/calendar";
        await context.Response.Body.WriteAsync(bytes);
    }
}
