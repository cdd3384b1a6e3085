using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Alerts.Core;
using Alerts.Ledger;
using NodaTime;

namespace Alerts.Senders.Email;

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
        && seconds <= uint.MaxValue
        && Instant.FromUnixTimeSeconds(seconds) - realNow is var wait
        && wait > Duration.Zero
            ? wait
            : null;

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
        int code,
        List<(string Message, string Field)> errors,
        IReadOnlyList<OutboundMessage> messages)
    {
        var answer = string.Join(
            "; ",
            errors.Select(error => error.Message).Where(message => message != "").Distinct());
        foreach (var message in messages.Where(message => message.To != ""))
        {
            answer = answer.Replace(message.To, "(address)", StringComparison.OrdinalIgnoreCase);
        }

        var said = FormattableString.Invariant($"SendGrid answered {code}{(answer == "" ? "" : ": ")}{answer}");
        return PlainText.Cut(PlainText.OneLine(said), 500);
    }

    private static List<SendResult> Same(SendResult result, IReadOnlyList<OutboundMessage> messages) =>
        [.. Enumerable.Repeat(result, messages.Count)];

    [GeneratedRegex(@"\Apersonalizations\.([0-9]{1,4})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Personalization();
}
