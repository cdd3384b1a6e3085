using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>
/// A fake of SendGrid's <c>POST /v3/mail/send</c> on a real Kestrel. It checks each request against the
/// documented rules and keeps it. A request that breaks a rule gets SendGrid's 400, so a test that sends
/// one sees nothing delivered.
/// </summary>
internal sealed class FakeSendGrid : IAsyncDisposable
{
    public const string ApiKey = "SG.the-secret-key";

    private readonly WebApplication app;

    private FakeSendGrid(WebApplication app) => this.app = app;

    public Uri Host => new(app.Urls.Single());

    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>
    /// Replaces the usual 202: returns true when it has answered. Null always answers 202. Called only for requests
    /// without a fault.
    /// </summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    public IEnumerable<JsonElement> Personalizations =>
        Requests.SelectMany(request => request.GetProperty("personalizations").EnumerateArray());

    public static async Task<FakeSendGrid> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 30_000_000);
        var app = builder.Build();
        var server = new FakeSendGrid(app);
        app.MapPost("/v3/mail/send", server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != "Bearer " + ApiKey)
        {
            await RefuseAsync(context, 401, "The provided authorization grant is invalid, expired, or revoked", null);
            return;
        }

        using var json = await JsonDocument.ParseAsync(context.Request.Body);
        var request = json.RootElement.Clone();
        if (Fault(request) is { } fault)
        {
            await RefuseAsync(context, 400, fault.Message, fault.Field);
            return;
        }

        Requests.Enqueue(request);
        if (Instead is { } instead && await instead(context))
        {
            return;
        }

        context.Response.StatusCode = 202;
        context.Response.Headers["X-Message-Id"] = "accepted";
    }

    public static Task RefuseAsync(HttpContext context, int status, string message, string? field)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new { errors = new[] { new { message, field, help = (string?)null } } });
    }

    /// <summary>
    /// Returns the first rule that a request breaks; null when none. The rules are those of
    /// https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send and its page of limits and errors.
    /// </summary>
    private static (string Message, string? Field)? Fault(JsonElement request)
    {
        var personalizations = request.GetProperty("personalizations").EnumerateArray().ToList();
        if (personalizations.Count is < 1 or > 1000)
        {
            return ("There must be 1 to 1000 personalizations.", "personalizations");
        }

        string[] reserved =
        [
            "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to",
            "from", "subject", "reply-to", "cc", "bcc"
        ];
        foreach (var (one, i) in personalizations.Select((one, i) => (one, i)))
        {
            if (!one.GetProperty("to")[0].GetProperty("email").GetString()!.Contains('@', StringComparison.Ordinal))
            {
                return ("Does not contain a valid address.",
                    FormattableString.Invariant($"personalizations.{i}.to.0.email"));
            }

            if (one.GetProperty("headers").EnumerateObject()
                .FirstOrDefault(header => reserved.Contains(header.Name.ToLowerInvariant()))
                is { Value.ValueKind: not JsonValueKind.Undefined } header)
            {
                return ($"The {header.Name} header is reserved.",
                    FormattableString.Invariant($"personalizations.{i}.headers"));
            }

            if (one.TryGetProperty("substitutions", out var substitutions)
                && substitutions.GetRawText().Length > 10_000)
            {
                return ("Substitutions may have 10,000 bytes.",
                    FormattableString.Invariant($"personalizations.{i}.substitutions"));
            }
        }

        string[] types =
            [.. request.GetProperty("content").EnumerateArray()
                .Select(content => content.GetProperty("type").GetString()!)];
        return !types.SequenceEqual(["text/plain", "text/html"])
                ? ("text/plain comes first, then text/html.", "content")
            : request.GetProperty("content").EnumerateArray()
                .Any(content => content.GetProperty("value").GetString() == "") ? ("The content is empty.", "content")
            : request.TryGetProperty("attachments", out var attachments)
                && attachments.EnumerateArray().Any(
                    attachment => attachment.GetProperty("type").GetString()!.IndexOfAny([';', ' ']) >= 0)
                ? ("The attachment type cannot contain ';' or spaces.", "attachments")
            : string.IsNullOrEmpty(request.GetProperty("subject").GetString()) ? ("The subject is required.", "subject")
            : null;
    }
}
