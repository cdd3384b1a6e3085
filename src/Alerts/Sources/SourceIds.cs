using System.Security.Cryptography;
using System.Text;
using Alerts.Dates.Calendars;
using NodaTime.Text;

namespace Alerts.Sources;

/// <summary>Creates the ids of a source's key dates (product contract, section 13).</summary>
internal static class SourceIds
{
    private const int HashLength = 12;

    private static readonly LocalDateTimePattern Minute =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd't'HHmm");

    /// <summary>Returns the id of a single event.</summary>
    public static string OfEvent(string sourceId, string uid) => Of(sourceId, uid, "");

    /// <summary>Returns the id of the single event that a date is, or whose occurrence it is.</summary>
    /// <param name="series">The UID of the series; null for a single date.</param>
    public static string OfEvent(string sourceId, string keyDateId, string? series) =>
        series is null ? keyDateId : OfEvent(sourceId, series);

    /// <summary>Returns the id of an occurrence of a series, by its original start.</summary>
    /// <param name="isOneOfSeveral">Whether the series has several occurrences on that day.</param>
    public static string OfOccurrence(string sourceId, string uid, LocalDateTime start, bool isOneOfSeveral) =>
        Of(sourceId, uid, "-" + (isOneOfSeveral ? Minute.Format(start) : CalendarTime.DayForm.Format(start.Date)));

    /// <summary>Returns the id of a date of a Federal Register document.</summary>
    public static string OfDocument(string sourceId, string number, string kind)
    {
        var id = $"{sourceId}-{number.ToLowerInvariant()}-{kind}";
        return Slug.IsOne(id) ? id : $"{sourceId}-{Hash(number)}-{kind}";
    }

    /// <summary>Returns the ids of the sources that a key date with this id may come from.</summary>
    public static IEnumerable<string> SourcesOf(string keyDateId)
    {
        for (var end = keyDateId.IndexOf('-', StringComparison.Ordinal); end > 0 && end <= Source.LongestId;
            end = keyDateId.IndexOf('-', end + 1))
        {
            yield return keyDateId[..end];
        }
    }

    private static string Of(string sourceId, string uid, string suffix) =>
        Slug.IsOne(uid) && $"{sourceId}-{uid}{suffix}" is { Length: <= Slug.Longest } plain ? plain
            : $"{sourceId}-{Hash(uid)}{suffix}";

    private static string Hash(string text) =>
        Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(text)), HashLength);
}

/// <summary>
/// Chooses the ids of the occurrences of series. A known occurrence keeps its id; a new one gets an id of its original
/// start (product contract, section 13).
/// </summary>
/// <param name="entries">The stored entries of the source.</param>
internal sealed class OccurrenceIds(string sourceId, IEnumerable<SourceEntry> entries)
{
    private readonly ILookup<string, SourceEntry> known = entries.Where(entry => entry.Series is not null)
        .ToLookup(entry => entry.Series!); // the filter above excludes null

    /// <summary>Returns the id of each occurrence of one series.</summary>
    /// <param name="starts">
    /// The original starts in order: local, and as an instant; null when the file names no time zone for it.
    /// </param>
    public IReadOnlyDictionary<LocalDateTime, string> Of(
        string uid, IReadOnlyList<(LocalDateTime Local, Instant? At)> starts)
    {
        var entries = known[uid].ToDictionary(entry => entry.KeyDateId);
        var byStart = entries.Values.Where(entry => entry.OriginalStart is not null)
            .ToLookup(entry => entry.OriginalStart);
        var present = starts.Select(start => start.At).ToHashSet();
        var ids = new Dictionary<LocalDateTime, string>();
        var taken = new HashSet<string>();
        void Assign(Func<(LocalDateTime Local, Instant? At), string?> idOf)
        {
            foreach (var start in starts.Where(start => !ids.ContainsKey(start.Local)))
            {
                if (idOf(start) is { } id && taken.Add(id))
                {
                    ids[start.Local] = id;
                }
            }
        }

        string LongId(LocalDateTime at) => SourceIds.OfOccurrence(sourceId, uid, at, isOneOfSeveral: true);
        string ShortId(LocalDateTime at) => SourceIds.OfOccurrence(sourceId, uid, at, isOneOfSeveral: false);
        Assign(start => entries.ContainsKey(LongId(start.Local)) ? LongId(start.Local) : null);
        // The same instant may have another id: its day had one occurrence, or the series was in another time zone.
        Assign(start => byStart[start.At].Select(entry => entry.KeyDateId).FirstOrDefault(id => !taken.Contains(id)));
        // The only occurrence of a day is at another time now.
        Assign(start => entries.TryGetValue(ShortId(start.Local), out var entry)
            && !(entry.OriginalStart is { } at && present.Contains(at)) ? entry.KeyDateId : null);
        var perDay = starts.CountBy(start => start.Local.Date).ToDictionary();
        Assign(start => perDay[start.Local.Date] == 1 && !entries.ContainsKey(ShortId(start.Local))
            ? ShortId(start.Local) : null);
        return starts.ToDictionary(
            start => start.Local, start => ids.GetValueOrDefault(start.Local) ?? LongId(start.Local));
    }
}

/// <summary>
/// Finds new dates whose event became a series, or is no longer one. Such a date has a new id, and its old id is
/// absent.
/// </summary>
internal static class ChangedIds
{
    /// <summary>Returns a warning for each new date with the start and title of an absent one.</summary>
    /// <param name="added">The dates that are proposed as new.</param>
    /// <param name="entries">The entries of the source after this read.</param>
    public static IEnumerable<string> Warnings(
        string sourceId, IReadOnlyList<SourceDate> added, IReadOnlyCollection<SourceEntry> entries)
    {
        if (added.Count == 0)
        {
            return [];
        }

        var absent = entries
            .Where(entry => entry is { AbsentSince: not null, Read: not null, AppliedVersion: not null })
            .ToLookup(entry => SourceIds.OfEvent(sourceId, entry.KeyDateId, entry.Series));
        return from date in added
               from entry in absent[SourceIds.OfEvent(sourceId, date.Id, date.Series)]
               where (date.Series is null) != (entry.Series is null)
               let before = SourceDate.Of(entry.Read!) // the filter above excludes null
               where before.When?.Start == date.When?.Start && before.Title == date.Title
               select $"{date.Name}: its date {Problem.Quote(entry.KeyDateId)} has the new id "
                   + $"{Problem.Quote(date.Id)}, because the event became a series or is no longer one; "
                   + "accept both changes.";
    }
}
