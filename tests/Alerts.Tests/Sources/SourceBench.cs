using System.Text;
using Alerts.Dates;
using Alerts.Sources;
using NodaTime.Text;

namespace Alerts.Tests.Sources;

/// <summary>Compares reads of one source entirely in memory, and decides on proposals as an operator does.</summary>
internal sealed class SourceBench(ApplyMode apply = ApplyMode.Review)
{
    private readonly Dictionary<string, DateVersion> dates = [];
    private Dictionary<string, SourceEntry> entries = [];

    public SourceState State { get; private set; } = new()
    {
        Source = new Source
        {
            Id = "s",
            Type = SourceType.ICalendar,
            Url = "https://example.org/c.ics",
            Apply = apply,
            Topics = ["watched"]
        },
        AddedAt = Start,
        NextAt = Start,
    };

    public static Instant Start => Instant.FromUtc(2026, 1, 1, 0, 0);

    public Instant Now { get; set; } = Start;

    public Compared Last { get; private set; } = new([], null, false, false);

    /// <summary>The warning that the changes of the last read are held for review; null for none.</summary>
    public string? HeldBecause => Last.Warnings?.SingleOrDefault(one => one.StartsWith(
        "All changes of this read are held for review: ", StringComparison.Ordinal));

    /// <summary>Open proposals as <c>id change</c>, in order.</summary>
    public IEnumerable<string> Open => entries.Values.Where(entry => entry.Proposal is not null)
        .OrderBy(entry => entry.KeyDateId, StringComparer.Ordinal)
        .Select(entry => $"{entry.KeyDateId} {entry.Proposal!.Change.ToString().ToLowerInvariant()}");

    /// <summary>The dates as <c>id day title</c>, followed by <c>x</c> when cancelled.</summary>
    public IEnumerable<string> Dates =>
        dates.Values.OrderBy(version => version.KeyDate.Id, StringComparer.Ordinal)
            .Select(version =>
                $"{version.KeyDate.Id} {LocalDatePattern.Iso.Format(version.KeyDate.When.On)} "
                + $"{version.KeyDate.Title}{(version.KeyDate.IsCancelled ? " x" : "")}");

    /// <summary>Events of one day each, as for <see cref="Calendar"/>.</summary>
    public static IEnumerable<string> Many(int count, string day = "2026-05-01", int from = 0) =>
        Enumerable.Range(from, count).Select(i => $"e{i} {day} E{i}");

    /// <summary>A source whose changes are saved at once, after its first read was accepted.</summary>
    public static SourceBench Auto(params IEnumerable<string> first) =>
        new SourceBench(ApplyMode.Auto).Read(first).AcceptAll();

    public Proposal? ProposalOf(string id) => entries.GetValueOrDefault(id)?.Proposal;

    public bool Has(string id) => dates.ContainsKey(id);

    public bool IsRejected(string id) => entries.GetValueOrDefault(id)?.Rejected is not null;

    public DateVersion this[string id] => dates[id];

    /// <summary>The entries as they are read from a store.</summary>
    private IReadOnlyList<SourceEntry> Stored =>
        [.. entries.Values.Select(entry => SourceEntry.FromStored(entry.ToStored(), ""))];

    /// <summary>
    /// Returns a calendar of one-day events, each given as <c>uid 2026-05-01 title</c>, followed by <c>x</c> when
    /// cancelled.
    /// </summary>
    public static string Calendar(params IEnumerable<string> events) =>
        "BEGIN:VCALENDAR\nMETHOD:PUBLISH\n" + string.Concat(events.Select(one =>
        {
            var parts = one.Split(' ', 3);
            var isCancelled = parts[2].EndsWith(" x", StringComparison.Ordinal);
            return $"BEGIN:VEVENT\nUID:{parts[0]}\nSUMMARY:{(isCancelled ? parts[2][..^2] : parts[2])}\n"
                + $"DTSTART;VALUE=DATE:{parts[1].Replace("-", "", StringComparison.Ordinal)}\n"
                + (isCancelled ? "STATUS:CANCELLED\n" : "") + "END:VEVENT\n";
        })) + "END:VCALENDAR\n";

    public SourceBench Read(params IEnumerable<string> events) => ReadFile(Calendar(events));

    public SourceBench ReadFile(string file)
    {
        var zoned = State.Source with { TimeZone = DateTimeZone.Utc };
        return Compare(CalendarSource.Read(zoned, Encoding.UTF8.GetBytes(file), Now, Stored));
    }

    /// <summary>Reads an answer that says that nothing has changed.</summary>
    public SourceBench ReadUnchanged() => Compare(null);

    public SourceBench Compare(Reading? reading)
    {
        Now += Duration.FromHours(6);
        var comparison = new Comparison(State, Stored, Now);
        Last = comparison.Decide(reading, id => dates.GetValueOrDefault(id));
        var accepted = Last.Entries.Where(entry => entry.Proposal is { AcceptedOver: not null }).ToList();
        foreach (var entry in Last.Entries)
        {
            entries[entry.KeyDateId] = entry;
        }

        foreach (var entry in accepted)
        {
            Accept(entry.KeyDateId);
        }

        var saved = new SavedDates(Now, accepted.Count(entry => entry.Proposal!.Change == ProposedChange.Added));
        State = State with
        {
            CheckedAt = Now,
            Reads = State.Reads + 1,
            HasFirstRead = true,
            HasAbsent = Last.HasAbsent,
            Saved = accepted.Count > 0 ? [.. State.Saved, saved] : State.Saved,
        };
        return this;
    }

    public SourceBench Accept(params IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            var (entry, current) = (entries[id], dates.GetValueOrDefault(id));
            var wanted = ProposedDate.Of(entry, entry.Proposal!.Content, current?.KeyDate, State.Source.Topics, out _)!;
            var next = DateVersion.Next(current, wanted, "read from s", Now) ?? current!;
            dates[id] = next;
            entries[id] = entry with
            {
                Applied = entry.Proposal.Content,
                AppliedVersion = next.Number,
                Rejected = null,
                Proposal = null,
            };
        }

        return this;
    }

    public SourceBench AcceptAll() =>
        Accept(entries.Values.Where(entry => entry.Proposal is not null).Select(entry => entry.KeyDateId).ToList());

    public SourceBench Reject(string id)
    {
        entries[id] = entries[id] with { Rejected = entries[id].Proposal!.Content, Proposal = null };
        return this;
    }

    /// <summary>Removes the source, which withdraws its open proposals, and adds it again.</summary>
    public SourceBench RemoveAndAdd()
    {
        entries = entries.ToDictionary(one => one.Key, one => one.Value with { Proposal = null });
        State = State with { HasFirstRead = false };
        return this;
    }

    /// <summary>Edits a date by hand.</summary>
    public SourceBench Edit(string id, Func<KeyDate, KeyDate> edit)
    {
        dates[id] = DateVersion.Next(dates[id], edit(dates[id].KeyDate), null, Now) ?? dates[id];
        return this;
    }

    /// <summary>Adds a date that does not come from the source.</summary>
    public SourceBench With(string id)
    {
        var date = new KeyDate(
            id, "Own", null, [], new Moment(new LocalDate(2026, 6, 1), null, DateTimeZone.Utc), null,
                DateStatus.Confirmed,
            null, null, 1);
        dates[id] = DateVersion.Next(null, date, null, Now)!;
        return this;
    }
}
