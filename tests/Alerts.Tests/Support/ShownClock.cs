using System.Text.Json.Nodes;

namespace Alerts.Tests.Support;

/// <summary>
/// The simulated clock of a running service, read from the file that the service writes beside its data.
/// </summary>
/// <param name="Real">The real time at which it showed <paramref name="Simulated"/>.</param>
/// <param name="Simulated">The simulated time at <paramref name="Real"/>.</param>
/// <param name="Speed">Simulated seconds per second.</param>
internal sealed record ShownClock(Instant Real, Instant Simulated, double Speed)
{
    /// <summary>The time the simulated clock shows now.</summary>
    public Instant Now => At(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()));

    /// <summary>Reads the clock of a service that is listening.</summary>
    /// <param name="data">The service's <c>--data</c> folder.</param>
    public static ShownClock Read(string data)
    {
        // The service writes the file before it listens.
        var word = JsonNode.Parse(File.ReadAllText(Path.Combine(data, "alerts.db-clock.json")))!;
        return new ShownClock(
            Instant.FromUnixTimeMilliseconds((long)word[nameof(Real)]!),
            Instant.FromUnixTimeMilliseconds((long)word[nameof(Simulated)]!), (double)word[nameof(Speed)]!);
    }

    public Instant At(Instant real) => Simulated + ((real - Real) * Speed);

    public Instant RealWhen(Instant simulated) => Real + ((simulated - Simulated) / Speed);
}
