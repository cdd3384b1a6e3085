namespace Alerts.Sources;

/// <summary>
/// Example sources that ship with the product, disabled. <c>alerts sources examples</c> adds them. See
/// <c>docs/sources.md</c>.
/// </summary>
internal static class ExampleSources
{
    public static readonly IReadOnlyList<Source> All =
    [
        Register("us-section-301", "section 301", ["trade-representative-office-of-united-states"], "tariffs"),
        Register("us-tariffs", "tariff modification", [], "tariffs"),
        Register("us-export-controls", "export administration regulations", [], "export-controls"),
        Register("us-sanctions", "sanctions regulations", [], "sanctions"),
    ];

    private static Source Register(string id, string term, IReadOnlyList<string> agencies, string topic) => new()
    {
        Id = id,
        Type = SourceType.FederalRegister,
        Query = new RegisterQuery { Term = term, Agencies = agencies },
        Every = Duration.FromHours(6),
        Topics = [topic],
        Enabled = false,
    };
}
