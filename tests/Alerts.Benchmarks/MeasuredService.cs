using System.Diagnostics;
using System.Globalization;

namespace Alerts.Benchmarks;

/// <summary>The service in one process of its own, or in several.</summary>
internal abstract class MeasuredService : IAsyncDisposable
{
    public const string OperatorKey = "key of the operator";

    public abstract Uri Url { get; }

    public double MemoryMegabytes => OfEach(process => process.WorkingSet64) / 1e6;

    /// <summary>Processor time used since the start, in seconds.</summary>
    public double ProcessorSeconds => OfEach(process => process.TotalProcessorTime.TotalSeconds);

    public int OpenFiles => ProcessIds.Sum(id =>
        Directory.GetFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/fd")).Length);

    public abstract IReadOnlyList<int> ProcessIds { get; }

    public abstract ValueTask DisposeAsync();

    private double OfEach(Func<Process, double> figure) => ProcessIds.Sum(id =>
    {
        using var process = Process.GetProcessById(id);
        return figure(process);
    });
}
