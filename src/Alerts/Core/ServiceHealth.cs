using System.Diagnostics.Metrics;
using NodaTime;

namespace Alerts.Core;

/// <summary>
/// What fails right now, over all parts of the service. One line is logged when a failure begins and one when it ends.
/// </summary>
/// <remarks>
/// Workers and requests that fail because the store cannot be used share one failure, the store's: it begins with the
/// first of them and ends with the last, and its cause is the first one.
/// </remarks>
internal sealed partial class ServiceHealth : IDisposable
{
    /// <summary>The name of the meter, here and of all others of the product.</summary>
    public const string MeterName = "Alerts";

    /// <summary>
    /// A failed request counts for this long, in real time: nobody may send another one to show that it works again.
    /// </summary>
    private static readonly TimeSpan RequestsFailFor = TimeSpan.FromSeconds(30);

    /// <summary>A part that fails again so soon after it worked again logs neither line.</summary>
    private static readonly TimeSpan Flapping = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly ServiceClock clock;
    private readonly TimeProvider real;
    private readonly ILogger<ServiceHealth> log;
    private readonly Meter meter = new(MeterName);
    private readonly List<PartHealth> parts = [];
    private readonly HashSet<PartHealth> withoutStore = [];
    private readonly PartHealth store;
    private readonly PartHealth requests;
    private readonly ITimer requestsEnd;

    /// <param name="real">Real time: pauses are.</param>
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

    /// <summary>What fails now, the oldest first.</summary>
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

    /// <summary>Whether no worker and no channel fails.</summary>
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

    /// <summary>The state of a worker, by a name such as <c>watch run</c>.</summary>
    public PartHealth Worker(string name) => Part(PartKind.Worker, name);

    /// <summary>The state of a channel: whether it can send at all.</summary>
    public PartHealth Channel(string name) => Part(PartKind.Channel, name);

    /// <summary>The state of a source of key dates: whether it could be read the last time.</summary>
    public PartHealth Source(string id) => Part(PartKind.Source, "source " + id);

    /// <summary>Notes a request that the store could not serve.</summary>
    public void RequestFailed(Exception outage)
    {
        requests.Failed(outage);
        requestsEnd.Change(RequestsFailFor, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Notes a failure of a part. What the store causes is the store's failure.</summary>
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

    /// <summary>Notes that a part works.</summary>
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
            return; // the first cause stays
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
        if (part.IsLogged)
        {
            LogEnd(part.Name, failure.Since);
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
