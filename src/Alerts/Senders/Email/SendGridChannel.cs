using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Alerts.Ledger;
using Alerts.Subscriptions;
using MimeKit;
using SendGrid;

namespace Alerts.Senders.Email;

/// <summary>Sends emails through SendGrid, up to 1,000 with the same text in one request.</summary>
internal sealed class SendGridChannel : IChannel, IDisposable
{
    /// <summary>Time limit for a whole request, in real time.</summary>
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for events about an email whose request got no answer.</summary>
    private static readonly Duration ReportWithin = Duration.FromMinutes(10);

    private readonly MailComposer _composer;
    private readonly Tokens _tokens;
    private readonly TimeProvider _realTime;
    private readonly WelcomeFacts? _welcome;
    private readonly HttpClient _http;
    private readonly SendGridClient _client;

    /// <param name="realTime">Real time even if the service's clock is simulated: rate limits count in it.</param>
    /// <param name="welcome">Adds the next alerts to welcome emails; null to leave them out.</param>
    public SendGridChannel(
        SendGridOptions options, MailComposer composer, Tokens tokens, TimeProvider realTime, TimeSpan? timeOut = null,
        WelcomeFacts? welcome = null)
    {
        (_composer, _tokens, _realTime, _welcome) = (composer, tokens, realTime, welcome);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        _http = new HttpClient(handler) { Timeout = timeOut ?? TimeOut };
        var host = options.ApiHost.GetLeftPart(UriPartial.Authority);
        _client = new SendGridClient(_http, new SendGridClientOptions { ApiKey = options.ApiKey, Host = host });
    }

    public ChannelKind Kind { get; } = new EmailKind();

    /// <summary>Enough for four full requests at once.</summary>
    public int MaxConcurrency => 4 * MaxBatchSize;

    public int MaxAlertsPerMessage => OutboundDigest.MaxAlerts;

    /// <summary>SendGrid's limit: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations.</summary>
    public int MaxBatchSize => 1000;

    public void Dispose() => _http.Dispose();

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
        (await SendTogetherAsync([message], cancel)).Single();

    public async Task<IReadOnlyList<SendResult>> SendTogetherAsync(
        IReadOnlyList<OutboundMessage> messages, CancellationToken cancel)
    {
        // An erased address, or one that no mail server accepts, must not make the whole request fail.
        var sendable = messages.Where(message => MailboxAddress.TryParse(message.To, out _)).ToList();
        if (_welcome is not null && sendable is [var alone])
        {
            sendable = [await _welcome.AddToAsync(alone, cancel)];
        }

        var results = sendable.Count == 0 ? [] : await RequestAsync(sendable, cancel);
        var byId = sendable.Zip(results).ToDictionary(one => one.First.Id, one => one.Second, StringComparer.Ordinal);
        return [.. messages.Select(message =>
            byId.GetValueOrDefault(message.Id) ?? new GaveUp(null, null, "no email address to send to"))];
    }

    private async Task<IReadOnlyList<SendResult>> RequestAsync(
        IReadOnlyList<OutboundMessage> messages, CancellationToken cancel)
    {
        try
        {
            var response = await _client.SendEmailAsync(SendGridMail.Of(messages, _composer, _tokens), cancel);
            using var content = response.Body;
            var reset = response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
                ? values.FirstOrDefault() : null;
            return SendGridAnswer.Judge(
                response.StatusCode, await content.ReadAsByteArrayAsync(cancel), reset,
                RetryAfter.Of(response.StatusCode, response.Headers, _realTime.GetUtcNow()), messages,
                Instant.FromDateTimeOffset(_realTime.GetUtcNow()));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            const string NoAnswer = "no answer from SendGrid within 30 seconds";
            var doubt = new InDoubt(NoAnswer + ": nobody knows whether it went", ReportWithin);
            return SendGridAnswer.Same(doubt with { ChannelFailure = NoAnswer }, messages);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            const string NotReached = "SendGrid could not be reached";
            var failure = $"{NotReached}: {e.HttpRequestError}";
            return SendGridAnswer.Same(new TryAgain(null, NotReached) { ChannelFailure = failure }, messages);
        }
        catch (HttpRequestException)
        {
            const string Broken =
                "the connection to SendGrid broke before an answer came: nobody knows whether it went";
            return SendGridAnswer.Same(new InDoubt(Broken, ReportWithin), messages);
        }
    }
}

/// <summary>Settings for SendGrid (<c>Alerts:Email:SendGrid</c>).</summary>
/// <param name="ApiKey">A secret; it never appears in errors or logs.</param>
/// <param name="ApiHost">https, or http to loopback; default <c>https://api.sendgrid.com</c>.</param>
internal sealed record SendGridOptions(string ApiKey, Uri ApiHost)
{
    // The record's own ToString would print the key.
    public override string ToString() => nameof(SendGridOptions);
}

/// <summary>Determines the result for each email of a request from SendGrid's response.</summary>
internal static partial class SendGridAnswer
{
    /// <param name="messages">The messages, in the order of the request's personalizations.</param>
    /// <param name="rateLimitReset">The header <c>X-RateLimit-Reset</c>: Unix seconds; null when absent.</param>
    /// <param name="retryAfter">The wait that the response asks for by <c>Retry-After</c>; null for none.</param>
    /// <param name="realNow">Real time, to compare with that header.</param>
    public static IReadOnlyList<SendResult> Judge(
        HttpStatusCode status, ReadOnlySpan<byte> body, string? rateLimitReset, Duration? retryAfter,
        IReadOnlyList<OutboundMessage> messages, Instant realNow)
    {
        var code = (int)status;
        if (code is >= 200 and < 300)
        {
            return Same(new Delivered(code, "accepted by SendGrid"), messages);
        }

        var errors = Errors(body);
        var said = Said(code, errors, messages);
        if (status is not (HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge))
        {
            // The key, the account, the host or SendGrid itself: an operator can fix it, or it passes.
            return status == HttpStatusCode.TooManyRequests
                ? Same(new TryAgain(code, said, Wait(rateLimitReset, realNow) ?? retryAfter), messages)
                : Same(new TryAgain(code, said, retryAfter) { ChannelFailure = said }, messages);
        }

        var refused = errors.Select(error => Personalization().Match(error.Field)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .Where(index => index < messages.Count).ToHashSet();
        return refused.Count == 0
            ? Same(new GaveUp(code, said, "email refused: " + said), messages)
            : [.. messages.Select((_, i) => refused.Contains(i)
                ? new GaveUp(code, said, "mailbox refused: " + said)
                : (SendResult)new TryAgain(code, "another email of the same request was refused"))];
    }

    /// <summary>
    /// The wait until the rate limit resets. Null, so that the normal retry schedule applies, if the header is missing
    /// or invalid or its time has passed.
    /// </summary>
    private static Duration? Wait(string? reset, Instant realNow) =>
        long.TryParse(reset, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= uint.MaxValue && Instant.FromUnixTimeSeconds(seconds) - realNow is var wait
        && wait > Duration.Zero
            ? wait : null;

    /// <summary>
    /// Parses <c>{"errors":[{"message":"…","field":"personalizations.0.to.0.email"}]}</c>; empty for anything else.
    /// </summary>
    private static List<(string Message, string Field)> Errors(ReadOnlySpan<byte> body) =>
        ForgivingJson.Read(body) is { ValueKind: JsonValueKind.Object } root
        && root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? [.. errors.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.Object)
                .Select(error => (error.Text("message") ?? "", error.Text("field") ?? ""))]
            : [];

    /// <summary>
    /// SendGrid's error messages in one line of at most 500 characters, without addresses, because the ledger is kept
    /// longer than they are.
    /// </summary>
    private static string Said(
        int code, List<(string Message, string Field)> errors, IReadOnlyList<OutboundMessage> messages)
    {
        var answer = string.Join(
            "; ", errors.Select(error => error.Message).Where(message => message != "").Distinct());
        foreach (var message in messages.Where(message => message.To != ""))
        {
            answer = answer.Replace(message.To, "(address)", StringComparison.OrdinalIgnoreCase);
        }

        var said = $"SendGrid answered {code}{(answer == "" ? "" : ": ")}{answer}";
        return PlainText.Cut(PlainText.OneLine(said), 500);
    }

    /// <summary>One result for all messages of a request.</summary>
    public static List<SendResult> Same(SendResult result, IReadOnlyList<OutboundMessage> messages) =>
        [.. Enumerable.Repeat(result, messages.Count)];

    [GeneratedRegex(@"\Apersonalizations\.([0-9]{1,4})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Personalization();
}
