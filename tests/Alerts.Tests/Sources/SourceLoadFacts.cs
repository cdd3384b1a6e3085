using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>Many sources at once, and the cost of one read.</summary>
public sealed class SourceLoadFacts
{
    [Fact]
    public async Task A_thousand_sources_are_read_few_at_a_time_and_the_watcher_goes_on()
    {
        const int Count = 1000;
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await World.At("2026-01-05 08:00", ("Sources:AllowLoopback", "true"));
        var edits = world.Get<SourceEdits>();
        for (var i = 0; i < Count; i++)
        {
            publisher.Calendars[$"/{i}.ics"] = SourceBench.Calendar("a 2026-05-01 A");
        }

        var sources = world.Get<ISources>();
        for (var i = 0; i < Count; i++)
        {
            var source = new Source
            {
                Id = $"s{i}",
                Type = SourceType.ICalendar,
                Url = $"{publisher.Url}/{i}.ics",
                TimeZone = DateTimeZone.Utc,
            };
            await sources.SaveAsync(
                new SourceState { Source = source, AddedAt = world.Now, NextAt = world.Now }, Cancel);
        }

        // The first answers wait until a watch run has finished alongside them.
        var watched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        publisher.Instead = async _ =>
        {
            await watched.Task;
            return false;
        };
        var reading = world.Get<DueReads>().ReadAllAsync(Cancel);
        await Eventually.BecomesTrueAsync("reads are under way", () => Task.FromResult(publisher.MaxAtOnce > 0),
            Cancel);
        await world.Watcher.RunAsync(Cancel);
        Assert.False(reading.IsCompleted);
        watched.SetResult();
        await reading;
        Assert.InRange(publisher.MaxAtOnce, 1, DueReads.MaxPerHost);
        Assert.Equal(Count, await sources.CountProposalsAsync(Cancel));

        // No source is due any more, so none is read.
        await world.Get<DueReads>().ReadAllAsync(Cancel);
        Assert.Equal(Count, publisher.Requests.Count);
        Assert.Equal(world.Now + Duration.FromHours(6), await world.Get<DueReads>().LookAsync(Cancel));
        Assert.IsType<SavedSource.Conflict>(await edits.PutAsync(
            new Source { Id = "s1-x", Type = SourceType.ICalendar, Url = publisher.Url }, Cancel));
    }

    [Fact]
    public async Task An_answer_304_writes_one_row()
    {
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await World.At("2026-01-05 08:00", ("Sources:AllowLoopback", "true"));
        publisher.Calendars["/c.ics"] = SourceBench.Calendar(Enumerable.Range(0, 40).Select(i => $"e{i} 2026-05-01 E"));
        await world.Get<SourceEdits>().PutAsync(
            new Source
            {
                Id = "s",
                Type = SourceType.ICalendar,
                Url = publisher.Url + "/c.ics",
                TimeZone = DateTimeZone.Utc
            }, Cancel);
        var sources = world.Get<ISources>();
        await world.Get<SourceReads>().ReadAsync("s", isDue: true, Cancel);
        var before = await sources.EntriesAsync("s", Cancel);
        await world.RunUntil("2026-01-05 20:00");
        var state = await world.Get<SourceReads>().ReadAsync("s", isDue: true, Cancel);
        Assert.Equal(["/c.ics 200", "/c.ics 304"], publisher.Requests);
        Assert.Equal((2, world.Now), (state!.Reads, state.CheckedAt));
        Assert.Equal(before.Select(entry => entry.Tag),
            (await sources.EntriesAsync("s", Cancel)).Select(entry => entry.Tag));
    }
}
