namespace Alerts.Sources;

/// <summary>An external publication that key dates are read from, as configured by an operator.</summary>
internal sealed record Source
{
    /// <summary>Maximum length of an id in characters. The ids of the source's dates begin with it.</summary>
    public const int LongestId = 24;

    /// <summary>A slug like the id of a key date, at most 24 characters.</summary>
    public required string Id { get; init; }

    public required SourceType Type { get; init; }

    /// <summary>The address of a calendar (http, https or webcal); null for the register.</summary>
    public string? Url { get; init; }

    /// <summary>The query to the register; null for a calendar.</summary>
    public RegisterQuery? Query { get; init; }

    /// <summary>Time between two reads: 5 min to 7 days, default 6 h.</summary>
    public Duration Every { get; init; } = Duration.FromHours(6);

    /// <summary>Topics added to those that the source gives.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The zone for dates without a zone in a calendar that names none; null when not set.</summary>
    public DateTimeZone? TimeZone { get; init; }

    public ApplyMode Apply { get; init; }

    /// <summary>Whether the source is read on schedule. Default true; example sources are added with false.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether everything is equal.</summary>
    public bool HasSameContentAs(Source other) =>
        ReadsTheSameAs(other) && Id == other.Id && Every == other.Every && Topics.SequenceEqual(other.Topics)
        && Apply == other.Apply && Enabled == other.Enabled;

    /// <summary>Whether another source reads the same publication in the same way.</summary>
    public bool ReadsTheSameAs(Source other) =>
        Type == other.Type && Url == other.Url && TimeZone?.Id == other.TimeZone?.Id
        && (Query, other.Query) switch
        {
            (null, null) => true,
            ({ } mine, { } theirs) => mine.IsSameAs(theirs),
            _ => false,
        };
}

/// <summary>A query to the Federal Register.</summary>
internal sealed record RegisterQuery
{
    /// <summary>Words to search for; null to search for none.</summary>
    public string? Term { get; init; }

    /// <summary>Slugs of agencies; empty for all.</summary>
    public IReadOnlyList<string> Agencies { get; init; } = [];

    /// <summary>Document types: RULE, PRORULE, NOTICE, PRESDOCU; empty for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>
    /// The fields that become key dates: <c>effective_on</c>, <c>comments_close_on</c>. Default both.
    /// </summary>
    public IReadOnlyList<string> Dates { get; init; } = RegisterField.All;

    public bool IsSameAs(RegisterQuery other) =>
        Term == other.Term && Agencies.SequenceEqual(other.Agencies) && Types.SequenceEqual(other.Types)
        && Dates.SequenceEqual(other.Dates);
}

/// <summary>The names of the register's date fields.</summary>
internal static class RegisterField
{
    public const string EffectiveOn = "effective_on";
    public const string CommentsCloseOn = "comments_close_on";

    public static readonly IReadOnlyList<string> All = [EffectiveOn, CommentsCloseOn];
}

/// <summary>The kinds of publications that can be read.</summary>
internal enum SourceType
{
    ICalendar,
    FederalRegister,
}

/// <summary>How a change that a read finds is applied.</summary>
internal enum ApplyMode
{
    /// <summary>An operator accepts or rejects the change.</summary>
    Review,

    /// <summary>The change is saved at once, within the change limit.</summary>
    Auto,
}

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
