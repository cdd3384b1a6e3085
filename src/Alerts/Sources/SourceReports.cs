using System.Collections.Concurrent;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;

namespace Alerts.Sources;

/// <summary>Notifies the operator (<c>Alerts:OperatorEmail</c>) by email that a source is failing.</summary>
internal sealed class SourceReports(
    OperatorMail mail, SourceOptions options, ISources sources, SourceClaims claims, ServiceClock clock,
    ServiceHealth health)
{
    /// <summary>Minimum time between two attempts to send the email about one source.</summary>
    private static readonly Duration BetweenTries = Duration.FromMinutes(15);

    private readonly ConcurrentDictionary<string, Instant> triedAt = new(StringComparer.Ordinal);

    /// <summary>
    /// Sends the emails about those sources that have become failing since their last read. The next read may be a day
    /// away.
    /// </summary>
    public async Task SendDueAsync(IEnumerable<SourceState> states, CancellationToken cancel)
    {
        foreach (var state in states.Where(state => IsDue(state, clock.Now)))
        {
            if (clock.Now - triedAt.GetValueOrDefault(state.Id) >= BetweenTries)
            {
                await claims.RunAsync(state.Id, () => SendClaimedAsync(state.Id, cancel), cancel);
            }
        }
    }

    /// <returns>Whether the email was sent; false also when no operator address is configured.</returns>
    public async Task<bool> SendAsync(SourceState state, Instant now, CancellationToken cancel)
    {
        if (options.OperatorEmail is not { } address)
        {
            return false;
        }

        var lastRead = state.CheckedAt is { } at ? $"It was last read on {TimeWords.Of(at, DateTimeZone.Utc)}."
            : "It has never been read.";
        var result = await mail.NotifyAsync(
            address,
            $"The source {state.Id} cannot be read",
            [
                $"Key dates from the source {state.Id} are no longer updated: {state.Error?.TrimEnd('.')}.",
                lastRead,
                "It is tried again. Its dates stay as they are. "
                    + "You get no further email about it until it works again.",
            ],
            now,
            cancel);
        return result is Delivered;
    }

    private async Task<SourceState?> SendClaimedAsync(string id, CancellationToken cancel)
    {
        var now = clock.Now;
        var state = await sources.FindAsync(id, cancel);
        if (state is null || !IsDue(state, now))
        {
            return null; // another process has read the source or sent the email
        }

        triedAt[id] = now;
        health.Source(id).Failed(state.Error ?? "it cannot be read");
        return await SendAsync(state, now, cancel)
            ? await sources.UpdateAsync(
                state, one => IsDue(one, now) ? one with { IsReported = true } : one, cancel) : null;
    }

    private bool IsDue(SourceState state, Instant now) =>
        options.OperatorEmail is not null && !state.IsReported && SourceSchedule.IsFailing(state, now);
}

/// <summary>Lists what is failing now: components of this process, and sources, whichever process reads them.</summary>
internal sealed class SourceFailures(ISources sources, ServiceHealth health, ServiceClock clock)
{
    /// <summary>Returns all current failures, oldest first.</summary>
    public async Task<IReadOnlyList<Failure>> AllAsync(CancellationToken cancel)
    {
        var now = clock.Now;
        var failing = (await sources.ListAsync(cancel)).Where(state => SourceSchedule.IsFailing(state, now))
            .Select(state => new Failure(
                PartKind.Source, "source " + state.Id, state.FailingSince ?? now, state.Error ?? "it cannot be read"));
        return [.. OfThisProcess.Concat(failing).OrderBy(failure => failure.Since)];
    }

    /// <summary>The failures that are known without the store: those of this process.</summary>
    public IEnumerable<Failure> OfThisProcess => health.Failures.Where(failure => failure.Kind != PartKind.Source);
}
