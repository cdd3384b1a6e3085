namespace Alerts.Benchmarks;

/// <summary>The median of several measurements, which a single outlier does not change.</summary>
internal static class Middle
{
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
