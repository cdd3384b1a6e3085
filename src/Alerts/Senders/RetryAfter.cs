using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Alerts.Senders;

/// <summary>The wait a server asks for (<c>Retry-After</c>, RFC 9110, section 10.2.3: seconds or a date).</summary>
internal static class RetryAfter
{
    private static readonly Duration Longest = Duration.FromHours(24);

    /// <summary>
    /// The wait, at most 24 h. Null when the status is not 429, 502, 503 or 504, when the header is missing or invalid,
    /// and when it asks for no wait (0, or a past date). The normal retry schedule then applies, so that ten attempts
    /// do not follow at once.
    /// </summary>
    /// <param name="now">Real time: the server's date does not follow a simulated clock.</param>
    public static Duration? Of(HttpStatusCode status, HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            || !headers.NonValidated.TryGetValues("Retry-After", out var values) || values.Count != 1)
        {
            return null;
        }

        var text = values.ToString().Trim();
        var asked =
            text.Length > 0 && text.All(char.IsAsciiDigit) ? Seconds(text)
            : RetryConditionHeaderValue.TryParse(text, out var value) && value.Date is { } date
                ? Duration.FromTimeSpan(date - now)
            : Duration.Zero;
        return asked > Duration.Zero ? Duration.Min(asked, Longest) : null;
    }

    /// <summary>
    /// Parses a number of seconds. A number from 1,000,000,000 up is a point in time, not a wait; it is
    /// ignored like any invalid value.
    /// </summary>
    private static Duration Seconds(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds < 1_000_000_000
            ? Duration.FromSeconds(seconds) : Duration.Zero;
}
