using NodaTime;

namespace Alerts.Sources;

/// <summary>An external publication that key dates are read from, as an operator described it.</summary>
internal sealed record Source
{
    /// <summary>Characters of an id at most: the ids of its dates begin with it.</summary>
    public const int LongestId = 24;

    /// <summary>Of the form of a date's id, at most 24 characters.</summary>
    public required string Id { get; init; }

    public required SourceType Type { get; init; }

    /// <summary>Where a calendar is read: http, https or webcal. Null for the register.</summary>
    public string? Url { get; init; }

    /// <summary>What is asked of the register; null for a calendar.</summary>
    public RegisterQuery? Query { get; init; }

    /// <summary>Time between two reads; 5 min to 7 days, default 6 h.</summary>
    public Duration Every { get; init; } = Duration.FromHours(6);

    /// <summary>Added to the topics that the source gives.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The zone of dates that name none, in a calendar that names none; null for none.</summary>
    public DateTimeZone? TimeZone { get; init; }

    public ApplyMode Apply { get; init; }

    /// <summary>Whether it is read on schedule; an example is added switched off.</summary>
    public bool Enabled { get; init; } = true;

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

/// <summary>What is asked of the Federal Register.</summary>
internal sealed record RegisterQuery
{
    /// <summary>Words to search for; null for none.</summary>
    public string? Term { get; init; }

    /// <summary>Slugs of agencies; empty for all.</summary>
    public IReadOnlyList<string> Agencies { get; init; } = [];

    /// <summary>Types of documents: RULE, PRORULE, NOTICE, PRESDOCU; empty for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The fields that become dates: <c>effective_on</c>, <c>comments_close_on</c>.</summary>
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

/// <summary>What becomes of a change that is found.</summary>
internal enum ApplyMode
{
    /// <summary>An operator accepts or rejects it.</summary>
    Review,

    /// <summary>It is saved at once, within the change limit.</summary>
    Auto,
}
