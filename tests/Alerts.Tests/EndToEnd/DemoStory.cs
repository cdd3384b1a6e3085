using System.Text.Json.Nodes;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>The alerts that <c>alerts demo</c> produces, run stand-alone on SQLite.</summary>
/// <param name="Audit">The output line of <c>alerts audit --json</c> for its data.</param>
internal sealed record DemoStory(IReadOnlyList<StoryAlert> Alerts, string Audit)
{
    /// <summary>Instants at which an alert falls due, distinct and in order.</summary>
    public IEnumerable<Instant> Instants => Alerts.Select(alert => alert.Due).Distinct().Order();

    public static async Task<DemoStory> RunAsync(string data, CancellationToken cancel)
    {
        var demo = await AlertsCommand.RunAsync(["demo", "--json", "--data", data], cancel);
        Assert.True(demo.ExitCode == 0, string.Join('\n', demo.Output.Concat(demo.Errors)));
        var audit = await AlertsCommand.RunAsync(["audit", "--json", "--data", data], cancel);
        return new DemoStory(
            [
                .. demo
                    .Output.Select(line => JsonNode.Parse(line)!)
                    .Where(line => line["alertKey"] is not null)
                    .Select(line => new StoryAlert(
                        (string)line["to"]!,
                        (string)line["keyDateId"]!,
                        (int)line["revision"]!,
                        (string)line["kind"]!,
                        (string)line["lead"]!,
                        (string)line["dueAt"]!)),
            ],
            Assert.Single(audit.Output));
    }
}

/// <summary>One alert. <paramref name="To"/> is the subscriber as <c>demo --json</c> names it.</summary>
internal sealed record StoryAlert(string To, string KeyDateId, int Revision, string Kind, string Lead, string DueAt)
    : IComparable<StoryAlert>
{
    public Instant Due => InstantPattern.ExtendedIso.Parse(DueAt).Value;

    public int CompareTo(StoryAlert? other) => string.CompareOrdinal(ToString(), other?.ToString());
}
