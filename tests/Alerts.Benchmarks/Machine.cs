using System.Globalization;
using System.Runtime.InteropServices;

namespace Alerts.Benchmarks;

/// <summary>Describes the machine that the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {Processor()}, {RuntimeInformation.FrameworkDescription}, "
            + $"{RuntimeInformation.OSDescription}");

    private static string Processor() =>
        (File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [])
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
