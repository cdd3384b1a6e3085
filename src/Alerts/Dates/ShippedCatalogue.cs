using Alerts.Core;
using NodaTime;

namespace Alerts.Dates;

/// <summary>
/// The key dates that come with the product, with their history; the file is <c>Dates/catalogue.json</c>.
/// </summary>
internal static class ShippedCatalogue
{
    private static readonly Lazy<IReadOnlyList<ShippedEntry>> Loaded = new(Load);

    /// <summary>Ordered by the instant they enter, then id, then place.</summary>
    public static IReadOnlyList<ShippedEntry> Entries => Loaded.Value;

    /// <summary>
    /// The day on which what a date says now was announced; null when the catalogue does not know it so.
    /// </summary>
    public static LocalDate? AnnouncedOn(KeyDate date) => Entries
        .FirstOrDefault(entry => entry.DateId == date.Id && entry.Wanted.HasSameContentAs(date))?.EntersAt.InUtc().Date;

    /// <summary>A wrong catalogue is our own bug: it throws.</summary>
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
            var fields = JsonObjectReader.Of(item, FormattableString.Invariant($"/{entries.Count}"), problems) ?? throw Broken(problems);
            var id = fields.RequiredText("id", Slug.Form) ?? throw Broken(problems);
            var recordedOn = TimeText.Day(fields, "recordedOn") ?? throw Broken(problems);
            var wanted = KeyDateJson.Read(fields, id, out var reason) ?? throw Broken(problems);
            places[id] = places.GetValueOrDefault(id) + 1;
            entries.Add(new ShippedEntry(id, places[id], (recordedOn + LocalTime.Noon).InUtc().ToInstant(), wanted, reason));
        }

        // Every start does this: LINQ over instants would be compiled each time.
        entries.Sort((one, other) =>
            one.EntersAt != other.EntersAt ? one.EntersAt.CompareTo(other.EntersAt)
            : string.CompareOrdinal(one.DateId, other.DateId) is var byId and not 0 ? byId
            : one.Place - other.Place);
        return entries;
    }

    private static InvalidOperationException Broken(List<Problem> problems) =>
        new("The shipped catalogue is broken: " + string.Join(" ", problems));
}

/// <summary>One recorded state of a shipped date.</summary>
/// <param name="Place">Its place in that date's list, from 1; with the id it says which entries have entered.</param>
/// <param name="EntersAt">12:00 UTC of the day it was recorded.</param>
/// <param name="Wanted">The date as it should then stand; its revision says nothing yet.</param>
/// <param name="Reason">Why it changed; null for a first entry.</param>
internal sealed record ShippedEntry(string DateId, int Place, Instant EntersAt, KeyDate Wanted, string? Reason);
