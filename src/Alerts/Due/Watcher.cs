using Alerts.App;
using Alerts.Dates;
using Alerts.Stores.Sqlite;
using NodaTime;

namespace Alerts.Due;

/// <summary>
/// Looks at what falls due next and puts it into the ledger. A window begins where the last finished run ended and reaches
/// ahead of now, so that messages wait in the queue for their instant however seldom the watcher runs.
/// </summary>
/// <param name="catalogue">The shipped entries to load as their time comes; empty for none.</param>
internal sealed partial class Watcher(
    SqliteWatch store, SqliteDates dates, SqliteSubscriptions subscriptions, SqliteDeliveries deliveries, ServiceClock clock, WatchOptions options,
    IReadOnlyList<ShippedEntry> catalogue, ILogger<Watcher> log)
{
    private readonly Lock running = new();
    private int entered;

    /// <summary>One whole run. Ends as finished only when every part of it was done.</summary>
    public void Run(CancellationToken cancel)
    {
        lock (running)
        {
            var now = clock.Now;
            var last = store.LastRun();
            var to = now + options.LookAhead;
            // The last run covered (its start, its end]; a clock set back behind its start begins again from now.
            var from = last is not { } run ? now : now < run.StartedAt ? Instant.Min(now, run.To) : run.To;
            var ended = Instant.Max(to, from);
            store.Begin(ended);
            store.Enqueue(from, ended, cancel);
            store.Finish(now, ended);
            EnterCatalogue(now);
            store.FollowChanges(cancel);
            subscriptions.Tidy();
            deliveries.EraseOldAnswers();
        }
    }

    /// <summary>Goes through what was changed since.</summary>
    public void FollowChanges(CancellationToken cancel)
    {
        if (!store.HasChanges())
        {
            return;
        }

        lock (running)
        {
            store.FollowChanges(cancel);
        }
    }

    /// <summary>Before a change: all that fell due under what it replaces stands in the ledger.</summary>
    public void CatchUp(CancellationToken cancel)
    {
        if (store.LastRun() is not { } run || run.To < clock.Now)
        {
            Run(cancel);
        }

        FollowChanges(cancel);
    }

    /// <summary>When a run is wanted next: at its interval, or when a shipped entry enters.</summary>
    public Instant NextRunAt()
    {
        var next = clock.Now + options.Every;
        return entered < catalogue.Count ? Instant.Min(next, catalogue[entered].EntersAt) : next;
    }

    private void EnterCatalogue(Instant now)
    {
        for (; entered < catalogue.Count && catalogue[entered].EntersAt <= now; entered++)
        {
            if (!dates.HasEntered(catalogue[entered]) && !dates.Enter(catalogue[entered]))
            {
                LogLeftAlone(catalogue[entered].DateId);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The shipped date {DateId} was changed by an operator: its later entries are left alone.")]
    private partial void LogLeftAlone(string dateId);
}

/// <summary>How the watcher runs (<c>Alerts:Watch</c>).</summary>
/// <param name="Every">Between runs, on the service's clock; default 30 s.</param>
internal sealed record WatchOptions(Duration Every)
{
    /// <summary>How far a run reaches ahead of now: twice the interval, at least 10 minutes.</summary>
    public Duration LookAhead => Duration.Max(Every * 2, Duration.FromMinutes(10));
}
