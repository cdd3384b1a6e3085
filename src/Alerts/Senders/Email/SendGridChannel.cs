using Alerts.Ledger;
using Alerts.Subscriptions;
using MimeKit;
using NodaTime;
using SendGrid;

namespace Alerts.Senders.Email;

/// <summary>Sends emails through SendGrid, up to 1,000 with the same text in one request.</summary>
internal sealed class SendGridChannel : IChannel, IDisposable
{
    /// <summary>Time limit for a whole request, in real time.</summary>
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long to wait for events about an email (<c>processed</c> and <c>delivered</c>) if the request got no answer.
    /// </summary>
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
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            }
        )
        {
            Timeout = timeOut ?? TimeOut,
        };
        _client = new SendGridClient(
            _http,
            new SendGridClientOptions
            {
                ApiKey = options.ApiKey,
                Host = options.ApiHost.GetLeftPart(UriPartial.Authority),
            }
        );
    }

    public ChannelKind Kind { get; } = new EmailKind();

    /// <summary>Enough for four full requests at once.</summary>
    public int MaxConcurrency => 4 * MaxBatchSize;

    public int MaxAlertsPerMessage => OutboundDigest.MaxAlerts;

    /// <summary>
    /// SendGrid's limit: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations.
    /// </summary>
    public int MaxBatchSize => 1000;

    public void Dispose() => _http.Dispose();

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
        (await SendTogetherAsync([message], cancel)).Single();

    public async Task<IReadOnlyList<SendResult>> SendTogetherAsync(
        IReadOnlyList<OutboundMessage> messages,
        CancellationToken cancel)
    {
        // An erased address, or one that no mail server accepts, must not make the whole request fail.
        var sendable = messages.Where(message => MailboxAddress.TryParse(message.To, out _)).ToList();
        if (_welcome is not null && sendable is [var alone])
        {
            sendable = [await _welcome.AddToAsync(alone, cancel)];
        }

        var results = sendable.Count == 0 ? [] : await RequestAsync(sendable, cancel);
        var byId = sendable.Zip(results).ToDictionary(one => one.First.Id, one => one.Second, StringComparer.Ordinal);
        return
        [
            .. messages.Select(message =>
                byId.GetValueOrDefault(message.Id) ?? new GaveUp(null, null, "no email address to send to")),
        ];
    }

    private async Task<IReadOnlyList<SendResult>> RequestAsync(
        IReadOnlyList<OutboundMessage> messages,
        CancellationToken cancel)
    {
        try
        {
            var response = await _client.SendEmailAsync(SendGridMail.Of(messages, _composer, _tokens), cancel);
            using var content = response.Body;
            var reset = response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
                ? values.FirstOrDefault()
                : null;
            return SendGridAnswer.Judge(
                response.StatusCode, await content.ReadAsByteArrayAsync(cancel), reset,
                RetryAfter.Of(response.StatusCode, response.Headers, _realTime.GetUtcNow()), messages,
                Instant.FromDateTimeOffset(_realTime.GetUtcNow()));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            const string NoAnswer = "no answer from SendGrid within 30 seconds";
            var doubt = new InDoubt(NoAnswer + ": nobody knows whether it went", ReportWithin)
            {
                ChannelFailure = NoAnswer,
            };
            return All(doubt, messages);
        }
        catch (HttpRequestException e)
            when (e.HttpRequestError
                    is HttpRequestError.NameResolutionError
                        or HttpRequestError.ConnectionError
                        or HttpRequestError.SecureConnectionError)
        {
            const string NotReached = "SendGrid could not be reached";
            var failure = $"{NotReached}: {e.HttpRequestError}";
            return All(new TryAgain(null, NotReached) { ChannelFailure = failure }, messages);
        }
        catch (HttpRequestException)
        {
            return All(
                new InDoubt(
                    "the connection to SendGrid broke before an answer came: nobody knows whether it went",
                    ReportWithin),
                messages);
        }
    }

    private static List<SendResult> All(SendResult result, IReadOnlyList<OutboundMessage> messages) =>
        [.. Enumerable.Repeat(result, messages.Count)];
}
