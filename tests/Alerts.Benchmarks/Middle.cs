namespace Alerts.Benchmarks;

/// <summary>The middle of several measurements, which a disturbance of one of them does not move.</summary>
internal static class Middle
{
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
