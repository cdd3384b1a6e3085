namespace Alerts.Sources;

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
