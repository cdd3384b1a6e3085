using System.Diagnostics;
using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Retries an operation only while another try can end in time, so that no operation takes longer than
/// <see cref="Longest"/>, whatever <c>Retry-After</c> says. After an operation without any answer, further ones fail
/// at once for a second: a request that has waited for one operation does not wait for the next.
/// </summary>
internal sealed class StoreRetryPolicy()
    : RetryPolicy(3, DelayStrategy.CreateExponentialDelayStrategy(FirstDelay, LongestDelay))
{
    /// <summary>Time limit of one try.</summary>
    public static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Time limit of an operation with all its tries.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusesFor = TimeSpan.FromSeconds(1);

    private Unanswered? unanswered;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Begin(message);
        try
        {
            base.Process(message, pipeline);
        }
        catch (Exception e) when (IsUnanswered(message, e))
        {
            throw Noted(e);
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Begin(message);
        try
        {
            await base.ProcessAsync(message, pipeline);
        }
        catch (Exception e) when (IsUnanswered(message, e))
        {
            throw Noted(e);
        }
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        CanEndInTime(message) && base.ShouldRetry(message, exception);

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        CanEndInTime(message) && await base.ShouldRetryAsync(message, exception);

    private void Begin(HttpMessage message)
    {
        if (Volatile.Read(ref unanswered) is { } last && Stopwatch.GetElapsedTime(last.At) < RefusesFor)
        {
            throw new RequestFailedException(last.Cause);
        }

        message.SetProperty(typeof(Began), new Began(Stopwatch.GetTimestamp()));
    }

    /// <summary>
    /// Remembers the failure, and wraps it with its first cause. A timeout of the library looks like a cancellation
    /// by the caller.
    /// </summary>
    private RequestFailedException Noted(Exception e)
    {
        var first = e is AggregateException { InnerExceptions: [var one, ..] } ? one : e;
        var cause = first is OperationCanceledException
            ? FormattableString.Invariant($"the storage account did not answer within {TryTimeout.TotalSeconds} s")
            : Outage.CauseOf(first) ?? Outage.OneLine(first);
        Volatile.Write(ref unanswered, new Unanswered(Stopwatch.GetTimestamp(), cause));
        return new RequestFailedException(cause, e);
    }

    private static bool IsUnanswered(HttpMessage message, Exception e) =>
        !message.CancellationToken.IsCancellationRequested
        && e is RequestFailedException or AggregateException or IOException or OperationCanceledException;

    private static bool CanEndInTime(HttpMessage message)
    {
        var elapsed = message.TryGetProperty(typeof(Began), out var began) && began is Began at
            ? Stopwatch.GetElapsedTime(at.Timestamp) : TimeSpan.Zero;
        var asked = message.HasResponse && message.Response.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return elapsed + TimeSpan.FromTicks(Math.Max(asked.Ticks, LongestDelay.Ticks)) + TryTimeout <= Longest;
    }

    private sealed record Began(long Timestamp);

    /// <summary>The last operation that got no answer.</summary>
    private sealed record Unanswered(long At, string Cause);
}
