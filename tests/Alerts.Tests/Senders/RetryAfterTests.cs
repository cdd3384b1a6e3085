using System.Net;
using Alerts.Senders;

namespace Alerts.Tests.Senders;

/// <summary>Tests which <c>Retry-After</c> values of an endpoint are respected.</summary>
public class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2025, 11, 9, 14, 0, 0, TimeSpan.Zero);

    // seconds: null means that the schedule's own delay applies.
    [Theory]
    [InlineData(503, "120", 120)]
    [InlineData(429, " 1 ", 1)]
    [InlineData(502, "86400", 86_400)]
    [InlineData(504, "86401", 86_400)] // at most 24 h
    [InlineData(503, "999999999", 86_400)]
    [InlineData(503, "0000000000120", 120)]
    [InlineData(503, "1000000000", null)] // a point in time, not a delay
    [InlineData(503, "1762696800", null)]
    [InlineData(503, "99999999999999999999", null)]
    [InlineData(503, "Sun, 09 Nov 2025 14:02:00 GMT", 120)]
    [InlineData(503, "Sunday, 09-Nov-25 14:02:00 GMT", 120)] // the obsolete forms of RFC 9110
    [InlineData(503, "Sun Nov  9 14:02:00 2025", 120)]
    [InlineData(503, "Mon, 10 Nov 2025 15:00:00 GMT", 86_400)]
    [InlineData(503, "Sun, 09 Nov 2025 13:59:59 GMT", null)] // in the past
    [InlineData(503, "0", null)] // no delay
    [InlineData(503, "-5", null)]
    [InlineData(503, "1.5", null)]
    [InlineData(503, "soon", null)]
    [InlineData(503, "", null)]
    [InlineData(503, null, null)]
    [InlineData(500, "120", null)] // Retry-After is ignored with these statuses
    [InlineData(404, "120", null)]
    [InlineData(301, "120", null)]
    public void Seconds_and_dates_count_on_429_502_503_and_504(int status, string? header, int? seconds)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        if (header is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", header);
        }

        Assert.Equal(
            seconds is { } number ? Duration.FromSeconds(number) : null,
            RetryAfter.Of(response.StatusCode, response.Headers, Now));
    }
}
