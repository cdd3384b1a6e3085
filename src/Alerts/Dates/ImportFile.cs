using Alerts.Dates.Calendars;

namespace Alerts.Dates;

/// <summary>What a file asks for: all of its dates when it is free of errors, else only the errors count.</summary>
/// <param name="Dates">In the order of the file, no id twice.</param>
/// <param name="Errors">Sentences that name the place or event.</param>
/// <param name="Warnings">Sentences about what was read otherwise than it may seem, or left out.</param>
internal sealed record ImportFile(IReadOnlyList<ImportedDate> Dates, IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings)
{
    public static ImportFile Refused(string error) => new([], [error], []);
}

/// <summary>What a file asks of one key date.</summary>
internal abstract record ImportedDate(string Id)
{
    /// <summary>What becomes of the date.</summary>
    /// <param name="current">As it is now; null for a new one.</param>
    /// <param name="last">What was last read of it from a calendar; null for nothing.</param>
    public abstract ImportResult Against(KeyDate? current, CalendarStamp? last);
}

/// <summary>A key date as a JSON file gives it, whole.</summary>
/// <param name="KeyDate">Its revision says nothing yet.</param>
/// <param name="Reason">Why, in the operator's words; null when not given.</param>
internal sealed record GivenDate(KeyDate KeyDate, string? Reason) : ImportedDate(KeyDate.Id)
{
    public override ImportResult Against(KeyDate? current, CalendarStamp? last) =>
        new() { Wanted = KeyDate, Reason = Reason, Stamp = last, IsRead = true };
}

/// <summary>What a file makes of one key date.</summary>
internal sealed record ImportResult
{
    /// <summary>The date as it is to be; null when it is not there and stays so.</summary>
    public KeyDate? Wanted { get; init; }

    public string? Reason { get; init; }

    /// <summary>What is now last read of it from a calendar; null for nothing.</summary>
    public CalendarStamp? Stamp { get; init; }

    /// <summary>Whether anything was taken from the file; false when all of it was left out.</summary>
    public bool IsRead { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <exception cref="InvalidOperationException">There are errors: nobody saves before they are gone.</exception>
    public ImportResult OrThrow() =>
        Errors.Count == 0 ? this : throw new InvalidOperationException(string.Join(' ', Errors));

    public ImportResult Warn(string sentence) => this with { Warnings = [.. Warnings, sentence] };

    public ImportResult Refuse(string sentence) => this with { Errors = [.. Errors, sentence] };
}
