namespace Alerts.Dates;

/// <summary>What a file asks for: all of its dates when it is free of errors, else only the errors count.</summary>
/// <param name="Dates">In the order of the file, no id twice.</param>
/// <param name="Errors">Sentences that name the place or event.</param>
internal sealed record ImportFile(IReadOnlyList<WantedDate> Dates, IReadOnlyList<string> Errors)
{
    public static ImportFile Refused(string error) => new([], [error]);

    /// <summary>The same with an error for each id that stands in it more than once.</summary>
    public ImportFile WithoutRepeats()
    {
        var repeated = Dates.CountBy(date => date.KeyDate.Id).Where(count => count.Value > 1);
        return this with
        {
            Errors = [.. Errors, .. repeated.Select(count =>
                FormattableString.Invariant($"The id '{count.Key}' stands there {count.Value} times; keep one key date of each id."))],
        };
    }
}

/// <summary>A key date as a file wants it.</summary>
/// <param name="KeyDate">Its revision says nothing yet.</param>
/// <param name="Reason">Why, in the operator's words; null when not given.</param>
internal sealed record WantedDate(KeyDate KeyDate, string? Reason);
