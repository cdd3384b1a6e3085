using System.Text.Json;

namespace Alerts.Benchmarks;

/// <summary>Prints figures as they come, one JSON object a line, and remembers whether a target was missed.</summary>
internal sealed class Report
{
    public bool IsMissed { get; private set; }

    /// <summary>A figure without a target.</summary>
    public void Figure(string name, double value, string unit) => Print(name, value, unit, null, null);

    /// <summary>A figure that must be <paramref name="target"/> or more.</summary>
    public void AtLeast(string name, double value, string unit, double target) =>
        Print(name, value, unit, target, value >= target);

    /// <summary>A figure that must be <paramref name="target"/> or less.</summary>
    public void AtMost(string name, double value, string unit, double target) =>
        Print(name, value, unit, target, value <= target);

    private void Print(string name, double value, string unit, double? target, bool? ok)
    {
        IsMissed |= ok == false;
        Console.WriteLine(JsonSerializer.Serialize(new { name, value = Math.Round(value, 3), unit, target, ok }));
    }
}
