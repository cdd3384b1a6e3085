using Alerts.Dates;

namespace Alerts.Tests.Stores;

/// <summary>
/// Compares the lists of dates with their histories after random changes: dates are added, moved, renamed, cancelled
/// and given other topics.
/// </summary>
/// <param name="worlds">Creates worlds on the store under test.</param>
public abstract class DateListFacts(Worlds worlds)
{
    private const int Changes = 60;
    private static readonly string[] Ids = ["a", "a-b", "b", "c", "d-1", "d-2", "e", "f", "g", "h"];
    private static readonly string[] Topics = ["tariffs", "us-china"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Lists_and_pages_show_what_the_histories_say(int seed)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var random = new Random(seed);
        var dates = world.Get<IKeyDates>();
        for (var change = 0; change < Changes; change++)
        {
            await world.RunUntil(world.Now + Duration.FromMinutes(random.Next(3) * 100));
            var day = new LocalDate(2025, 10, 25).PlusDays(random.Next(20));
            await dates.SaveAsync(
                new KeyDate(
                    Ids[random.Next(Ids.Length)], $"Title {random.Next(3)}", null,
                    [.. Topics.Where(_ => random.Next(2) == 0)],
                    new Moment(day, random.Next(2) == 0 ? null : new LocalTime(12, 0), DateTimeZone.Utc), null,
                    random.Next(4) == 0 ? DateStatus.Cancelled : DateStatus.Confirmed, null, null, 0),
                null, null, Cancel);
        }

        var histories = new List<IReadOnlyList<DateVersion>>();
        foreach (var id in Ids)
        {
            histories.AddRange(await dates.HistoryAsync(id, Cancel) is { } history ? [history] : []);
        }

        var current = histories.Select(history => history[^1]).OrderBy(version => version.KeyDate.Start)
            .ThenBy(version => version.KeyDate.Id, StringComparer.Ordinal).ToList();
        Assert.True(current.Count > 5);
        DateFilter[] filters =
        [
            new(), new(Topic: "us-china"), new(OverAfter: world.Now), new(Status: DateStatus.Cancelled),
            new(From: new LocalDate(2025, 11, 3), To: new LocalDate(2025, 11, 8)),
        ];
        foreach (var filter in filters)
        {
            Assert.Equal(
                current.Where(version => Passes(filter, version.KeyDate)).Select(Shown),
                (await PagedAsync(dates, filter)).Select(Shown));
        }

        Assert.Equal(
            current.Where(version => version.KeyDate.Over <= world.Now)
                .OrderByDescending(version => version.KeyDate.Start).Take(4).Select(Shown),
            (await dates.NewestPastAsync(world.Now, 4, Cancel)).Select(Shown));
        foreach (var topic in (string?[])[null, "tariffs"])
        {
            var revisions = histories.Where(history => topic is null || history[^1].KeyDate.Topics.Contains(topic))
                .SelectMany(history => history.GroupBy(version => version.KeyDate.Revision)
                    .Select(revision => revision.Last()))
                .OrderByDescending(version => version.RecordedAt)
                .ThenBy(version => version.KeyDate.Id, StringComparer.Ordinal)
                .ThenByDescending(version => version.Number).Select(Shown);
            var newest = await dates.NewestRevisionsAsync(topic, 1000, Cancel);
            Assert.Equal(revisions, newest.Select(Shown));
            Assert.Equal(newest.Take(5).Select(Shown),
                (await dates.NewestRevisionsAsync(topic, 5, Cancel)).Select(Shown));
        }
    }

    private static async Task<IReadOnlyList<DateVersion>> PagedAsync(IKeyDates dates, DateFilter filter)
    {
        var all = new List<DateVersion>();
        DateCursor? after = null;
        do
        {
            var page = await dates.ListAsync(filter, after, 3, Cancel);
            all.AddRange(page.Dates);
            after = page.Next;
        }
        while (after is not null);

        return all;
    }

    private static bool Passes(DateFilter filter, KeyDate date) =>
        (filter.Topic is null || date.Topics.Contains(filter.Topic))
        && (filter.From is null || date.When.On >= filter.From)
        && (filter.To is null || date.When.On <= filter.To)
        && (filter.Status is null || date.Status == filter.Status)
        && (filter.OverAfter is null || date.Over > filter.OverAfter);

    private static string Shown(DateVersion version)
    {
        var date = version.KeyDate;
        return FormattableString.Invariant(
            $"{date.Id} {version.Number} r{date.Revision} {date.Title} {version.RecordedAt}");
    }
}

public sealed class DateListOnSqliteFacts() : DateListFacts(Worlds.OnSqlite);

public sealed class DateListOnTableStorageFacts() : DateListFacts(Worlds.OnTroubledTableStorage);
