using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders.Webhook;

/// <summary>Delivers to a subscriber's endpoint by signed POST (Standard Webhooks 1.0; contract, section 7).</summary>
internal sealed class WebhookChannel : IChannel, IDisposable
{
    /// <summary>Time limit for an attempt, from name resolution to the last byte read, in real time.</summary>
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Time limit for the body after the headers, in real time. The status alone decides the result, except for a
    /// verification, whose result is in the body and which has no such limit.
    /// </summary>
    private static readonly TimeSpan BodyTimeOut = TimeSpan.FromSeconds(2);

    /// <summary>How long an idle connection is kept for another request, in real time.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private static readonly ProductInfoHeaderValue Agent =
        new("Alerts", typeof(WebhookChannel).Assembly.GetName().Version?.ToString(3) ?? "0");

    private static readonly StringWithQualityHeaderValue Uncompressed = new("identity");

    private readonly WebhookOptions _options;
    private readonly Tokens _tokens;
    private readonly WebhookBody _body;
    private readonly string _origin;
    private readonly TimeProvider _realTime;
    private readonly WebhookConnections _connections;
    private readonly HttpMessageInvoker _http;
    private readonly NetworkReach _reach = new();
    private readonly AddressCheck _addresses;
    private readonly VerificationLimits _limits;
    private readonly double _clockSpeed;

    /// <param name="realTime">
    /// Real time even if the service's clock is simulated: published libraries compare
    /// <c>webhook-timestamp</c> with their own clock.
    /// </param>
    /// <param name="resolve">Finds a host's addresses; null for the system's resolver.</param>
    /// <param name="clockSpeed">Seconds of the service's clock per real second.</param>
    public WebhookChannel(
        WebhookOptions options, PublicUrl publicUrl, Tokens tokens, TimeProvider realTime, ResolveHost? resolve = null,
        double clockSpeed = 1)
    {
        _addresses = new AddressCheck(options, resolve ?? Dns.GetHostAddressesAsync);
        (_limits, _clockSpeed) = (new VerificationLimits(realTime), clockSpeed);
        (_options, _tokens, _realTime) = (options, tokens, realTime);
        Kind = new WebhookKind(options);
        _body = new WebhookBody(publicUrl, tokens);
        _origin = publicUrl.Value.IdnHost;
        _connections = new WebhookConnections(options.MaxConnections, _addresses.OpenAsync);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null, // do not send our trace ids to third parties
            ConnectCallback = _connections.ConnectAsync,
            ConnectTimeout = TimeOut, // connecting outlives the request that started it
            PooledConnectionIdleTimeout = KeptFor,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // so that a changed DNS entry is noticed and checked
            MaxResponseDrainSize = 0, // do not fetch what we do not read
        });
    }

    public ChannelKind Kind { get; }

    public int MaxConcurrency => _options.MaxConnections;

    public bool DisablesWhatFails => true;

    /// <summary>Number of open connections, including idle ones kept for further requests.</summary>
    public int OpenConnections => _connections.Open;

    public void Dispose()
    {
        _http.Dispose();
        _connections.Dispose();
    }

    public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
        message.IsVerification ? VerifyAsync(message, cancel) : AttemptAsync(message, cancel);

    /// <summary>
    /// Sends a verification within <see cref="VerificationLimits"/>: they protect an endpoint that has not consented,
    /// no matter which client asks.
    /// </summary>
    private async Task<SendResult> VerifyAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (!Uri.TryCreate(message.Subscription.Address, UriKind.Absolute, out var url))
        {
            return await AttemptAsync(message, cancel);
        }

        var host = url.IdnHost.TrimEnd('.');
        var place = await _limits.EnterAsync(
            host, () => ResolveAsync(url.IdnHost, cancel), message.Id, message.Subscription.Client);
        switch (place)
        {
            case VerificationPlace.None none:
                return new Postponed(Duration.FromTimeSpan(none.Wait * (_clockSpeed > 0 ? _clockSpeed : 1)));
            case VerificationPlace.Granted taken:
                var isConsent = false;
                try
                {
                    var result = await AttemptAsync(message, cancel);
                    isConsent = result is Delivered;
                    return result;
                }
                finally
                {
                    taken.End(isConsent);
                }

            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Resolves a host; empty if that fails, because the attempt itself reports the reason.</summary>
    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        using var timeOut = new CancellationTokenSource(TimeOut, _realTime);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeOut.Token);
        try
        {
            return await _addresses.AddressesAsync(host, either.Token);
        }
        catch (Exception e) when (e is SocketException or ArgumentException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return [];
        }
    }

    private async Task<SendResult> AttemptAsync(OutboundMessage message, CancellationToken cancel)
    {
        // Checked at every attempt: a setting may have changed since the subscription was created.
        if (WebhookUrl.Problem(message.Subscription.Address, _options) is { } problem)
        {
            return new TryAgain(null, problem);
        }

        using var timeOut = new CancellationTokenSource(TimeOut, _realTime);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeOut.Token);
        try
        {
            var isVerification = message.IsVerification;
            var format = BodyFormat.Of(message.Subscription.Format);
            var handshake = isVerification ? format.Handshake(message.Subscription.Address) : null;
            using var request = handshake ?? Request(message, format);
            request.Headers.UserAgent.Add(Agent);
            request.Headers.AcceptEncoding.Add(Uncompressed);
            format.AddHeaders(request, _origin);
            using var underWay = _connections.Begin(request.RequestUri!); // both ways to make the request set it
            using var response = await _http.SendAsync(request, attempt.Token);
            _reach.Answered();
            var bodyWithin = isVerification ? Timeout.InfiniteTimeSpan : BodyTimeOut;
            using var bodyTimeOut = new CancellationTokenSource(bodyWithin, _realTime);
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, bodyTimeOut.Token);
            var body = await WebhookAnswer.ReadAsync(response.Content, reading.Token, cancel);
            var result = WebhookAnswer.Judge(
                response, body, isVerification && format.IsChallenged ? _tokens.Challenge(message.Id) : null,
                _realTime.GetUtcNow());
            return handshake is null ? result : format.JudgeConsent(result, response, _origin);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new TryAgain(null, "no answer within 15 seconds");
        }
        catch (HttpRequestException e) when (KeptConnectionClosedException.IsReasonFor(e))
        {
            return await AttemptAsync(message, cancel);
        }
        catch (HttpRequestException e)
        {
            var isKnownToWork = message.Subscription.Status == SubscriptionStatus.Active;
            var refusal = (e.InnerException as PrivateAddressException)?.Message;
            return new TryAgain(null, refusal ?? Sentence(e.HttpRequestError))
            {
                ChannelFailure = isKnownToWork ? _reach.Missed(new Uri(message.To).Host, e.InnerException) : null,
            };
        }
    }

    private HttpRequestMessage Request(OutboundMessage message, BodyFormat format)
    {
        var body = _body.Write(message);
        var timestamp = _realTime.GetUtcNow().ToUnixTimeSeconds();
        var secrets = WebhookSecrets.Signing(message.Subscription.Secrets, message.At);
        var request = new HttpRequestMessage(HttpMethod.Post, message.Subscription.Address)
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(format.ContentType);
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", StandardWebhooks.Sign(secrets, message.Id, timestamp, body));
        return request;
    }

    /// <summary>
    /// Describes a connection failure for the delivery log. The exception's own text is not
    /// used: it contains addresses.
    /// </summary>
    private static string Sentence(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "the host name was not found",
        HttpRequestError.ConnectionError => "no connection could be made",
        HttpRequestError.SecureConnectionError =>
            "no secure connection could be made: check the certificate and the TLS version",
        HttpRequestError.ResponseEnded => "the connection was closed before the answer was complete",
        HttpRequestError.InvalidResponse => "the answer was not valid HTTP",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's headers were too long",
        _ => "the connection broke before an answer came",
    };
}
