using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Alerts.Senders;
using Alerts.Senders.Webhook;

namespace Alerts.Sources;

/// <summary>
/// Fetches pages of sources with conditional requests. Limits: 30 s, 5 MB and 3 redirects per page. Every connection is
/// checked against private addresses.
/// </summary>
/// <param name="real">Real time, for timeouts and for dates in <c>Retry-After</c>.</param>
internal sealed class SourceHttp(SourceOptions options, TimeProvider real) : IDisposable
{
    /// <summary>Limit for one page including redirects; real time.</summary>
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    private const int MaxRedirects = 3;

    private const int MaxBytes = 5 * 1024 * 1024;

    private static readonly ProductInfoHeaderValue Agent = new("Alerts", "1.0");

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null, // send no trace ids to third parties
        ConnectCallback = new AddressCheck(options.Reach, Dns.GetHostAddressesAsync).ConnectAsync,
        ConnectTimeout = TimeOut,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1), // notice a changed DNS name and check its address again
        MaxResponseDrainSize = 0,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // GetAsync applies the timeout
    };

    public void Dispose() => http.Dispose();

    /// <summary>Fetches one page.</summary>
    /// <param name="known">Validators for a conditional request; null for an unconditional one.</param>
    /// <exception cref="SourceException">The page cannot be fetched.</exception>
    public async Task<SourceAnswer> GetAsync(Uri url, PageValidator? known, CancellationToken cancel)
    {
        using var timeOut = new CancellationTokenSource(TimeOut, real);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeOut.Token);
        try
        {
            return await FollowAsync(url, known, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new SourceException("no complete answer came within 30 seconds");
        }
        catch (HttpRequestException e)
        {
            throw new SourceException(Sentence(e))
            {
                IsUnreached = e.HttpRequestError is HttpRequestError.SecureConnectionError
                    or HttpRequestError.ConnectionError && e.InnerException is not PrivateAddressException,
            };
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new SourceException("the connection was closed before the answer was complete");
        }
    }

    private async Task<SourceAnswer> FollowAsync(Uri url, PageValidator? known, CancellationToken cancel)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(url, known);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            {
                url = redirects < MaxRedirects ? Redirected(url, response)
                    : throw new SourceException(
                        $"there were more than {MaxRedirects} redirects");
                continue;
            }

            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            {
                return new SourceAnswer(null, known);
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new SourceException($"the answer was {(int)response.StatusCode}")
                {
                    RetryAfter = RetryAfter.Of(response.StatusCode, response.Headers, real.GetUtcNow()),
                };
            }

            var body = await ReadAsync(response, cancel);
            return new SourceAnswer(body, new PageValidator(
                "", response.Headers.ETag?.ToString(), Header(response.Content.Headers.NonValidated, "Last-Modified")));
        }
    }

    private static HttpRequestMessage Request(Uri url, PageValidator? known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.Add(Agent);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        request.Headers.TryAddWithoutValidation("Accept", "text/calendar, application/json, */*;q=0.5");
        if (known?.ETag is { } tag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        if (known?.LastModified is { } at)
        {
            request.Headers.TryAddWithoutValidation("If-Modified-Since", at);
        }

        return request;
    }

    private static Uri Redirected(Uri from, HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out var to)
            || to.Scheme is not ("http" or "https"))
        {
            throw new SourceException("it redirects to no http or https address");
        }

        return from.Scheme == Uri.UriSchemeHttps && to.Scheme != Uri.UriSchemeHttps
            ? throw new SourceException("it redirects from https to plain http")
            : to;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var bytes = new MemoryStream();
        var buffer = new byte[32 * 1024];
        while (await stream.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MaxBytes)
            {
                throw TooLarge();
            }
        }

        var body = ContentDecoding.Decode(bytes.ToArray(), response.Content.Headers.ContentEncoding, MaxBytes + 1);
        return body.Length <= MaxBytes ? BodyCharset.ToUtf8(body, response.Content.Headers.ContentType?.CharSet)
            : throw TooLarge();
    }

    private static SourceException TooLarge() => new("the answer is larger than 5 MB");

    private static string? Header(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) && values.Count == 1 ? values.ToString() : null;

    /// <summary>
    /// Describes a failed request. The exception's own text is not used because it contains addresses.
    /// </summary>
    private static string Sentence(HttpRequestException e) => e switch
    {
        { InnerException: PrivateAddressException refused } => refused.Message,
        { HttpRequestError: HttpRequestError.NameResolutionError } => "the host name was not found",
        { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            "no secure connection could be made: check the certificate and the TLS version",
        { HttpRequestError: HttpRequestError.ConnectionError } => "no connection could be made",
        { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer was not valid HTTP",
        _ => "the connection broke before the answer was complete",
    };
}

/// <summary>A response to a request for a page.</summary>
/// <param name="Body">The content; null when the page has not changed.</param>
internal sealed record SourceAnswer(byte[]? Body, PageValidator Validator);
