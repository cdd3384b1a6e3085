namespace Alerts.Dates;

/// <summary>
/// The key dates that are shipped with the product, with their history, from <c>Dates/catalogue.json</c>.
/// </summary>
internal static class ShippedCatalogue
{
    private static readonly Lazy<IReadOnlyList<ShippedEntry>> Loaded = new(Load);

    /// <summary>All entries, ordered by <see cref="ShippedEntry.EntersAt"/>, then id, then place.</summary>
    public static IReadOnlyList<ShippedEntry> Entries => Loaded.Value;

    /// <summary>
    /// The day on which the current content of a date was announced; null when the catalogue has no entry with this
    /// content.
    /// </summary>
    public static LocalDate? AnnouncedOn(KeyDate date) => Entries
        .FirstOrDefault(entry => entry.DateId == date.Id && entry.Wanted.HasSameContentAs(date))?.EntersAt.InUtc().Date;

    /// <summary>Loads the embedded catalogue. An invalid catalogue is a bug in this product and throws.</summary>
    private static List<ShippedEntry> Load()
    {
        using var stream = typeof(ShippedCatalogue).Assembly.GetManifestResourceStream("catalogue.json")
            ?? throw new InvalidOperationException("The shipped catalogue is not embedded.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var problems = new List<Problem>();
        using var document = JsonParsing.Parse(memory.ToArray(), problems) ?? throw Broken(problems);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var entries = new List<ShippedEntry>();
        foreach (var item in document.RootElement.EnumerateArray())
        {
            var fields = JsonObjectReader.Of(item, $"/{entries.Count}", problems)
                ?? throw Broken(problems);
            var id = fields.RequiredText("id", Slug.Form) ?? throw Broken(problems);
            var recordedOn = TimeText.Day(fields, "recordedOn") ?? throw Broken(problems);
            var wanted = KeyDateJson.Read(fields, id, out var reason) ?? throw Broken(problems);
            places[id] = places.GetValueOrDefault(id) + 1;
            entries.Add(new ShippedEntry(
                id, places[id], (recordedOn + LocalTime.Noon).InUtc().ToInstant(), wanted, reason));
        }

        // This runs at every start. A comparison avoids LINQ over instants, which would be JIT-compiled each time.
        entries.Sort((one, other) =>
            one.EntersAt != other.EntersAt ? one.EntersAt.CompareTo(other.EntersAt)
            : string.CompareOrdinal(one.DateId, other.DateId) is var byId and not 0 ? byId
            : one.Place - other.Place);
        return entries;
    }

    private static InvalidOperationException Broken(List<Problem> problems) =>
        new("The shipped catalogue is broken: " + string.Join(" ", problems));
}

/// <summary>One recorded version of a shipped date.</summary>
/// <param name="Place">
/// Position among the date's entries, from 1. Together with the id, it records which entries were saved.
/// </param>
/// <param name="EntersAt">When to save the entry: 12:00 UTC on the day it was recorded.</param>
/// <param name="Wanted">The date as of this entry; its revision is not meaningful yet.</param>
/// <param name="Reason">The reason for the change; null for a first entry.</param>
internal sealed record ShippedEntry(string DateId, int Place, Instant EntersAt, KeyDate Wanted, string? Reason);
