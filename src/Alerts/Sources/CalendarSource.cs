using Alerts.Dates.Calendars;
using NodaTime;

namespace Alerts.Sources;

/// <summary>Reads an iCalendar file as the dates of a source. One bad event is named and skipped.</summary>
internal static class CalendarSource
{
    /// <param name="file">The whole answer.</param>
    /// <param name="now">By the service's clock: series are expanded around it.</param>
    /// <exception cref="SourceException">It is no calendar, or breaks off.</exception>
    public static Reading Read(Source source, ReadOnlySpan<byte> file, Instant now)
    {
        IReadOnlyList<CalendarObject> calendars;
        try
        {
            calendars = CalendarReader.Read(file);
        }
        catch (FormatException e)
        {
            throw new SourceException("the answer is no calendar that can be read. " + e.Message);
        }

        if (calendars.Count == 0)
        {
            throw new SourceException("the answer is no calendar: BEGIN:VCALENDAR is missing");
        }

        return new FileReader(source, calendars, now).Read();
    }

    private sealed class FileReader(Source source, IReadOnlyList<CalendarObject> calendars, Instant now)
    {
        private readonly ZoneDefinitions definitions = new(calendars);
        private readonly SeriesReader series = new(source.Id, now);
        private readonly List<string> warnings = [];
        private readonly List<ReadEvent> events = [];
        private readonly HashSet<string> unreadable = [];
        private readonly HashSet<string> unreadableSeries = [];

        public Reading Read()
        {
            foreach (var calendar in calendars)
            {
                if (CalendarFile.Refusal(calendar.Method) is { } refusal)
                {
                    warnings.AddRange(calendar.Entries.Select(item => $"{item.Name}: {refusal}"));
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

            string NameOf(string id) => dates.First(date => date.Id == id).Name;
            foreach (var repeat in dates.CountBy(date => date.Id).Where(count => count.Value > 1))
            {
                warnings.Add(FormattableString.Invariant(
                    $"{NameOf(repeat.Key)}: stands there {repeat.Value} times; the first was taken."));
            }

            return new Reading
            {
                Dates = [.. dates.DistinctBy(date => date.Id)],
                Unreadable = unreadable,
                UnreadableSeries = unreadableSeries,
                Warnings = warnings,
            };
        }

        private void ReadOne(CalendarObject calendar, CalendarComponent item)
        {
            var resolver = new TimeResolver(calendar, definitions, source.TimeZone) { Mark = OurMarks.ZoneOf(item) };
            var reader = new EventReader(calendar, item, resolver) { TakesRecurrence = true };
            var edit = reader.Read();
            warnings.AddRange(reader.Warnings);
            var uid = item.First("UID")?.Text.Trim() ?? "";
            if (edit is null)
            {
                warnings.AddRange(reader.Errors.Select(error => error.TrimEnd('.') + "; it was skipped."));
                Skip(uid);
                return;
            }

            events.Add(new ReadEvent(uid, item, resolver, edit));
        }

        private void Expand(string uid, IReadOnlyList<ReadEvent> ofUid, List<SourceDate> dates)
        {
            var overrides = ofUid.Where(one => one.IsOverride).ToList();
            var masters = ofUid.Where(one => !one.IsOverride).ToList();
            var recurring = masters.Find(one => one.Recurs);
            if (recurring is null && overrides.Count == 0)
            {
                dates.AddRange(masters.Select(one =>
                    SeriesReader.Date(SourceIds.OfEvent(source.Id, uid), null, one.Edit, one.Edit.Times)));
                return;
            }

            try
            {
                dates.AddRange(series.Read(uid, recurring ?? masters.FirstOrDefault(), overrides, warnings));
            }
            catch (FormatException e)
            {
                warnings.Add($"{ofUid[0].Edit.Name}: {e.Message.TrimEnd('.')}; it was skipped.");
                Skip(uid);
            }
        }

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

/// <summary>A source could not be read; the message says why, in one line without addresses.</summary>
internal sealed class SourceException(string message) : Exception(message)
{
    /// <summary>How long the source asks us to wait; null when it does not.</summary>
    public Duration? RetryAfter { get; init; }

    /// <summary>Whether no connection was made at all.</summary>
    public bool IsUnreached { get; init; }
}
