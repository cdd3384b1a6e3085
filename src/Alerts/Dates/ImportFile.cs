using Alerts.Dates.Calendars;

namespace Alerts.Dates;

/// <summary>The contents of an import file. The dates may be imported only when there are no errors.</summary>
/// <param name="Dates">In file order, each id once.</param>
/// <param name="Errors">Sentences that name the place or event.</param>
/// <param name="Warnings">Sentences about content that was skipped or read differently than it may appear.</param>
internal sealed record ImportFile(IReadOnlyList<ImportedDate> Dates, IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings)
{
    public static ImportFile Refused(string error) => new([], [error], []);
}

/// <summary>A requested change of one key date, read from a file.</summary>
internal abstract record ImportedDate(string Id)
{
    /// <summary>Evaluates the request against the current date.</summary>
    /// <param name="current">The date as it is now; null when it does not exist.</param>
    /// <param name="last">The stamp of the calendar entry that it was last read from; null for none.</param>
    public abstract ImportResult Against(KeyDate? current, CalendarStamp? last);
}

/// <summary>A complete key date from a JSON file.</summary>
/// <param name="KeyDate">The date; its revision is not meaningful yet.</param>
/// <param name="Reason">The operator's reason for the change; null when not given.</param>
internal sealed record GivenDate(KeyDate KeyDate, string? Reason) : ImportedDate(KeyDate.Id)
{
    public override ImportResult Against(KeyDate? current, CalendarStamp? last) =>
        new() { Wanted = KeyDate, Reason = Reason, Stamp = last, IsRead = true };
}

/// <summary>The result of evaluating a requested change of one key date.</summary>
internal sealed record ImportResult
{
    /// <summary>
    /// The date to save; null when there is none, because the date does not exist and is not to be created.
    /// </summary>
    public KeyDate? Wanted { get; init; }

    public string? Reason { get; init; }

    /// <summary>The stamp of the calendar entry that the date is now last read from; null for none.</summary>
    public CalendarStamp? Stamp { get; init; }

    /// <summary>Whether anything was used from the file; false when the item was skipped.</summary>
    public bool IsRead { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Returns this result, or throws when it has errors. Callers must not save results with errors.</summary>
    /// <exception cref="InvalidOperationException">There are errors.</exception>
    public ImportResult OrThrow() =>
        Errors.Count == 0 ? this : throw new InvalidOperationException(string.Join(' ', Errors));

    public ImportResult Warn(string sentence) => this with { Warnings = [.. Warnings, sentence] };

    public ImportResult Refuse(string sentence) => this with { Errors = [.. Errors, sentence] };
}
