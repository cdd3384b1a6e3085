using Alerts.Core;

namespace Alerts.Sources;

/// <summary>What fails right now: parts of this process, and sources, whichever process reads them.</summary>
internal sealed class SourceFailures(ISources sources, ServiceHealth health, ServiceClock clock)
{
    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<Failure>> AllAsync(CancellationToken cancel)
    {
        var now = clock.Now;
        var failing = (await sources.ListAsync(cancel)).Where(state => SourceSchedule.IsFailing(state, now))
            .Select(state => new Failure(
                PartKind.Source, "source " + state.Id, state.FailingSince ?? now, state.Error ?? "it cannot be read"));
        return [.. OfThisProcess.Concat(failing).OrderBy(failure => failure.Since)];
    }

    /// <summary>Those that are known without the store.</summary>
    public IEnumerable<Failure> OfThisProcess => health.Failures.Where(failure => failure.Kind != PartKind.Source);
}
