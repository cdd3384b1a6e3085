using System.Text.Json.Nodes;
using NodaTime;

namespace Alerts.Tests.Support;

/// <summary>What the simulated clock of a running service shows, by the word it leaves of it beside its data.</summary>
/// <param name="Real">When it showed <paramref name="Simulated"/>.</param>
internal sealed record ShownClock(Instant Real, Instant Simulated, double Speed)
{
    /// <summary>Real time goes on here too.</summary>
    public Instant Now => At(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()));

    /// <summary>Of a service that is listening.</summary>
    /// <param name="data">Its <c>--data</c>.</param>
    public static ShownClock Read(string data)
    {
        var word = JsonNode.Parse(File.ReadAllText(Path.Combine(data, "alerts.db-clock.json")))!; // it leaves word before it listens
        return new ShownClock(
            Instant.FromUnixTimeMilliseconds((long)word[nameof(Real)]!), Instant.FromUnixTimeMilliseconds((long)word[nameof(Simulated)]!), (double)word[nameof(Speed)]!);
    }

    public Instant At(Instant real) => Simulated + ((real - Real) * Speed);

    public Instant RealWhen(Instant simulated) => Real + ((simulated - Simulated) / Speed);
}
