using System.Buffers;
using System.Net;
using System.Text;
using Alerts.Ledger;

namespace Alerts.Senders.Webhook;

/// <summary>Reads an endpoint's response and determines the result.</summary>
internal static class WebhookAnswer
{
    /// <summary>Maximum number of bytes read from a response.</summary>
    private const int MaxRead = 64 * 1024;

    /// <summary>Maximum number of characters of a response kept for the log.</summary>
    private const int MaxKept = 2000;

    /// <summary>
    /// Determines the result: 2xx is a success, 410 disables the endpoint, anything else (redirects too) is a failed
    /// attempt.
    /// </summary>
    /// <param name="challenge">The challenge of a verification; null for any other message.</param>
    /// <param name="now">Real time, to evaluate a date in <c>Retry-After</c>.</param>
    public static SendResult Judge(HttpResponseMessage response, string body, string? challenge, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            return new Gone(status, Kept(body));
        }

        if (!response.IsSuccessStatusCode)
        {
            return new TryAgain(status, Kept(body), RetryAfter.Of(response.StatusCode, response.Headers, now));
        }

        return challenge is null || Consent.IsGiven(body, challenge)
            ? new Delivered(status, Kept(body))
            : new TryAgain(status, Kept($"{Consent.Missing} The answer was: {body}"));
    }

    /// <summary>
    /// Reads up to 64 KB of the body as text; decompression has the same limit. A body that breaks off or takes too
    /// long is returned as far as it was read: the status has already arrived, and treating a 2xx as a failure would
    /// send the alert again.
    /// </summary>
    /// <param name="attempt">Ends the reading: a time-out, or <paramref name="cancel"/>.</param>
    /// <param name="cancel">Cancelled when the service stops; only this cancellation throws.</param>
    public static async Task<string> ReadAsync(HttpContent content, CancellationToken attempt, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxRead);
        try
        {
            var length = await FillAsync(content, buffer.AsMemory(0, MaxRead), attempt, cancel);
            return Encoding.UTF8.GetString(ContentDecoding.Decode(
                buffer.AsSpan(0, length).ToArray(), content.Headers.ContentEncoding, MaxRead));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> FillAsync(
        HttpContent content, Memory<byte> buffer, CancellationToken attempt, CancellationToken cancel)
    {
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(attempt);
            while (length < buffer.Length && await stream.ReadAsync(buffer[length..], attempt) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // Use what has arrived.
        }

        return length;
    }

    /// <summary>The first 2,000 characters, without splitting a surrogate pair.</summary>
    private static string Kept(string text) =>
        text.Length <= MaxKept ? text : text[..(char.IsHighSurrogate(text[MaxKept - 1]) ? MaxKept - 1 : MaxKept)];
}
