using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>
/// Reads an iCalendar file as the dates of a source. An event that cannot be read is named in a warning and skipped.
/// </summary>
internal static class CalendarSource
{
    /// <param name="file">The whole response body.</param>
    /// <param name="now">The service clock's current time; series are expanded around it.</param>
    /// <param name="known">The stored entries of the source; their occurrences keep their ids.</param>
    /// <exception cref="SourceException">The file is not a calendar, or it is truncated.</exception>
    public static Reading Read(
        Source source, ReadOnlySpan<byte> file, Instant now, IReadOnlyCollection<SourceEntry> known)
    {
        var warnings = new List<string>();
        IReadOnlyList<CalendarObject> calendars;
        try
        {
            calendars = CalendarReader.Read(file, warnings);
        }
        catch (FormatException e)
        {
            throw new SourceException("the answer is no calendar that can be read. " + e.Message);
        }

        var ids = new OccurrenceIds(source.Id, known);
        return new FileReader(source, calendars, warnings, new SeriesReader(ids, now)).Read();
    }

    private sealed class FileReader(
        Source source, IReadOnlyList<CalendarObject> calendars, List<string> warnings, SeriesReader series)
    {
        private readonly ZoneDefinitions definitions = new(calendars);
        private readonly List<ReadEvent> events = [];
        private readonly Dictionary<string, SourceDate> cancelled = [];
        private readonly HashSet<string> unreadable = [];
        private readonly HashSet<string> unreadableSeries = [];
        private bool hasSeries;

        public Reading Read()
        {
            foreach (var calendar in calendars)
            {
                warnings.AddRange(calendar.LeftOut());
                if (CalendarFile.Refusal(calendar.Method) is { } refusal)
                {
                    foreach (var item in calendar.Entries)
                    {
                        warnings.Add($"{item.Name}: {refusal}");
                        Skip(UidOf(item));
                    }

                    continue;
                }

                foreach (var item in calendar.Entries)
                {
                    ReadOne(calendar, item);
                }
            }

            var dates = new List<SourceDate>();
            foreach (var uid in events.GroupBy(one => one.Uid))
            {
                Expand(uid.Key, [.. uid], dates);
            }

            warnings.AddRange(dates.GroupBy(date => date.Id).SelectMany(LeftOut));

            return new Reading
            {
                Dates = [.. dates.DistinctBy(date => date.Id)],
                Cancelled = cancelled,
                Unreadable = unreadable,
                UnreadableSeries = unreadableSeries,
                HasSeries = hasSeries,
                Warnings = warnings,
            };
        }

        /// <summary>Names the dates that are left out because they have the id of an earlier one.</summary>
        private static IEnumerable<string> LeftOut(IEnumerable<SourceDate> sameId)
        {
            var used = sameId.First();
            return sameId.Skip(1).CountBy(date => date.Name).Select(one => one.Key == used.Name
                ? $"{one.Key}: is in the file {one.Value + 1} times; the first was used."
                : $"{one.Key}: has the same id as {used.Name}, '{used.Id}'; it was left out.");
        }

        private void ReadOne(CalendarObject calendar, CalendarComponent item)
        {
            var resolver = new TimeResolver(calendar, definitions, source.TimeZone) { Mark = OurMarks.ZoneOf(item) };
            var reader = new EventReader(calendar, item, resolver) { TakesRecurrence = true };
            var edit = reader.Read();
            warnings.AddRange(reader.Warnings);
            var uid = UidOf(item);
            var errors = reader.Errors.ToList();
            if (errors.Count > 0) // without errors it was left out, as a to-do that is completed: it counts as absent
            {
                warnings.AddRange(errors.Select(error => error.TrimEnd('.') + "; it was skipped."));
                Skip(uid);
            }

            if (uid.Length > 0)
            {
                events.Add(new ReadEvent(uid, item, resolver, edit) { IsAddition = calendar.Method == "ADD" });
            }
        }

        private void Expand(string uid, IReadOnlyList<ReadEvent> ofUid, List<SourceDate> dates)
        {
            var isKnown = ofUid.Any(one => one is { IsOverride: false, IsAddition: false });
            bool IsOccurrence(ReadEvent one) =>
                one.IsOverride || (one is { IsAddition: true, Recurs: false } && isKnown);
            var overrides = ofUid.Where(IsOccurrence).ToList();
            var masters = ReadEvent.NewestFirst(ofUid.Where(one => !IsOccurrence(one)));
            if (masters.Where(one => !one.IsCancel).ToList() is { Count: > 1 } repeated)
            {
                warnings.Add($"{repeated[0].Item.Name}: {ReadEvent.WhichCounts(repeated)}");
            }

            var master = masters.Count > 0 ? masters[0] : null;
            if (master is { Edit: null })
            {
                return; // it was named and skipped, or left out; its occurrences cannot be determined without it
            }

            if (master is { Edit: { } single } && (master.IsCancel || (!master.Recurs && overrides.Count == 0)))
            {
                var date = new SourceDate(single) { Id = SourceIds.OfEvent(source.Id, uid) };
                if (master.IsCancel)
                {
                    cancelled[uid] = date;
                }
                else
                {
                    dates.Add(date);
                }

                return;
            }

            hasSeries = true;
            try
            {
                dates.AddRange(series.Read(uid, master, overrides, warnings, Skip, leftOut: unreadable));
            }
            catch (FormatException e)
            {
                warnings.Add($"{ofUid[0].Item.Name}: {e.Message.TrimEnd('.')}; it was skipped.");
                Skip(uid);
            }
        }

        private static string UidOf(CalendarComponent item) => item.First("UID")?.Text.Trim() ?? "";

        private void Skip(string uid)
        {
            if (uid.Length > 0)
            {
                unreadable.Add(SourceIds.OfEvent(source.Id, uid));
                unreadableSeries.Add(uid);
            }
        }
    }
}

/// <summary>A source could not be read. The message gives the reason in one line without addresses.</summary>
internal sealed class SourceException(string message) : Exception(message)
{
    /// <summary>How long the source asks us to wait (<c>Retry-After</c>); null when it does not.</summary>
    public Duration? RetryAfter { get; init; }

    /// <summary>Whether no connection to the source could be made.</summary>
    public bool IsUnreached { get; init; }
}
