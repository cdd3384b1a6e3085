using System.Text.Json;

namespace Alerts.Benchmarks;

/// <summary>Prints each figure at once, one JSON object per line, and remembers whether a target was missed.</summary>
internal sealed class Report
{
    public bool IsMissed { get; private set; }

    /// <summary>Prints a figure without a target.</summary>
    public void Figure(string name, double value, string unit) => Print(name, value, unit, null, null);

    /// <summary>Prints a figure that must be at least <paramref name="target"/>.</summary>
    public void AtLeast(string name, double value, string unit, double target) =>
        Print(name, value, unit, target, value >= target);

    /// <summary>Prints a figure that must be at most <paramref name="target"/>.</summary>
    public void AtMost(string name, double value, string unit, double target) =>
        Print(name, value, unit, target, value <= target);

    private void Print(string name, double value, string unit, double? target, bool? ok)
    {
        IsMissed |= ok == false;
        Console.WriteLine(JsonSerializer.Serialize(new { name, value = Math.Round(value, 3), unit, target, ok }));
    }
}
