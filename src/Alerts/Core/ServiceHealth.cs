using System.Diagnostics.Metrics;

namespace Alerts.Core;

/// <summary>
/// The current failures of all parts of the service. Logs one line when a failure starts and one when it ends.
/// </summary>
/// <remarks>
/// Workers and requests that fail because the store is unavailable share one failure, the store's. It starts with the
/// first of them and ends when the last of them recovers; its cause is the first one.
/// </remarks>
internal sealed partial class ServiceHealth : IDisposable
{
    /// <summary>The name of all meters of this product.</summary>
    public const string MeterName = "Alerts";

    /// <summary>
    /// How long a failed request counts as a failure, in real time. It ends by itself because no further request may
    /// arrive to show that the service works again.
    /// </summary>
    private static readonly TimeSpan RequestsFailFor = TimeSpan.FromSeconds(30);

    /// <summary>
    /// When a part fails again within this time after recovering, neither its failure nor its recovery is logged.
    /// </summary>
    private static readonly TimeSpan Flapping = TimeSpan.FromMinutes(1);

    /// <summary>How long a failure is shown to operators after its end, by the service's clock.</summary>
    private static readonly Duration ShownAfterEnd = Duration.FromHours(24);

    /// <summary>Maximum number of ended failures that are kept.</summary>
    private const int MaxEnded = 20;

    private readonly Lock gate = new();
    private readonly ServiceClock clock;
    private readonly TimeProvider real;
    private readonly ILogger<ServiceHealth> log;
    private readonly Meter meter = new(MeterName);
    private readonly List<PartHealth> parts = [];
    private readonly List<EndedFailure> past = [];
    private readonly HashSet<PartHealth> withoutStore = [];
    private readonly PartHealth store;
    private readonly PartHealth requests;
    private readonly ITimer requestsEnd;

    /// <param name="real">Real time, used for time-outs and for <see cref="Flapping"/>.</param>
    public ServiceHealth(ServiceClock clock, TimeProvider real, ILogger<ServiceHealth> log)
    {
        (this.clock, this.real, this.log) = (clock, real, log);
        store = Part(PartKind.Store, "store");
        requests = Part(PartKind.Worker, "requests");
        var never = Timeout.InfiniteTimeSpan;
        requestsEnd = real.CreateTimer(_ => requests.Succeeded(), null, never, never);
        meter.CreateObservableGauge(
            "alerts.failing", Measured, "{part}", "1 for each part of the service that fails, 0 for each that works.");
    }

    /// <summary>The current failures, oldest first.</summary>
    public IReadOnlyList<Failure> Failures
    {
        get
        {
            lock (gate)
            {
                return [.. parts.Select(part => part.Failure).OfType<Failure>().OrderBy(failure => failure.Since)];
            }
        }
    }

    /// <summary>The failures that ended in the last 24 hours, newest first.</summary>
    public IReadOnlyList<EndedFailure> Ended
    {
        get
        {
            lock (gate)
            {
                return [.. past.Where(one => one.Until > clock.Now - ShownAfterEnd)];
            }
        }
    }

    /// <summary>Whether no worker and no channel fails. Failing sources and requests do not count.</summary>
    public bool IsReady
    {
        get
        {
            lock (gate)
            {
                return parts.All(part => part == store || part.Kind == PartKind.Source || part.Failure is null)
                    && withoutStore.All(part => part == requests);
            }
        }
    }

    /// <summary>The health of a worker with a name such as <c>watch run</c>.</summary>
    public PartHealth Worker(string name) => Part(PartKind.Worker, name);

    /// <summary>The health of a channel: whether it can send at all.</summary>
    public PartHealth Channel(string name) => Part(PartKind.Channel, name);

    /// <summary>The health of a source of key dates: whether its last read succeeded.</summary>
    public PartHealth Source(string id) => Part(PartKind.Source, "source " + id);

    /// <summary>Records a request that failed because of the store.</summary>
    public void RequestFailed(Exception outage)
    {
        requests.Failed(outage);
        requestsEnd.Change(RequestsFailFor, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records a failure of a part. An outage is attributed to the store.</summary>
    public void Begin(PartHealth part, string cause, bool isOutage, Exception? error)
    {
        lock (gate)
        {
            if (!isOutage)
            {
                LeaveStore(part);
                BeginOwn(part, cause, error);
                return;
            }

            EndOwn(part);
            withoutStore.Add(part);
            BeginOwn(store, cause, null);
        }
    }

    /// <summary>Records that a part works.</summary>
    public void End(PartHealth part)
    {
        lock (gate)
        {
            LeaveStore(part);
            EndOwn(part);
        }
    }

    public void Dispose()
    {
        requestsEnd.Dispose();
        meter.Dispose();
    }

    private PartHealth Part(PartKind kind, string name)
    {
        lock (gate)
        {
            if (parts.Find(part => part.Kind == kind && part.Name == name) is { } known)
            {
                return known;
            }

            var made = new PartHealth(this, kind, name);
            parts.Add(made);
            return made;
        }
    }

    private void LeaveStore(PartHealth part)
    {
        if (withoutStore.Remove(part) && withoutStore.Count == 0)
        {
            EndOwn(store);
        }
    }

    private void BeginOwn(PartHealth part, string cause, Exception? error)
    {
        if (part.Failure is not null)
        {
            return; // keep the first cause
        }

        part.Failure = new Failure(part.Kind, part.Name, clock.Now, cause);
        part.IsLogged = part.EndedAt is not { } ended || real.GetElapsedTime(ended) >= Flapping;
        if (part.IsLogged)
        {
            LogBegin(part.Name, part.Kind.Fails(), cause, error);
        }
    }

    private void EndOwn(PartHealth part)
    {
        if (part.Failure is not { } failure)
        {
            return;
        }

        part.Failure = null;
        part.EndedAt = real.GetTimestamp();
        KeepEnded(part, failure);
        if (part.IsLogged)
        {
            LogEnd(part.Name, failure.Since);
        }
    }

    /// <summary>Keeps a failure that ended. One that began within <see cref="Flapping"/> prolongs the last.</summary>
    private void KeepEnded(PartHealth part, Failure failure)
    {
        var last = part.IsLogged ? null
            : past.Find(one => (one.Failure.Kind, one.Failure.Part) == (part.Kind, part.Name));
        if (last is not null)
        {
            past.Remove(last);
        }

        past.Insert(0, new EndedFailure(last?.Failure ?? failure, clock.Now));
        if (past.Count > MaxEnded)
        {
            past.RemoveAt(MaxEnded);
        }
    }

    private IEnumerable<Measurement<int>> Measured()
    {
        lock (gate)
        {
            return [.. parts.Where(part => part != requests).Select(part => new Measurement<int>(
                part.Failure is null ? 0 : 1,
                new("alerts.part", part.Name),
                new("alerts.part.kind", part.Kind.Word())))];
        }
    }

    [LoggerMessage(LogLevel.Error, "{Part} {Fails}: {Cause}")]
    private partial void LogBegin(string part, string fails, string cause, Exception? exception);

    [LoggerMessage(LogLevel.Information, "{Part} works again; it had failed since {Since}.")]
    private partial void LogEnd(string part, Instant since);
}
