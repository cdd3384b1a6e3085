using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>Publishers that hang while other sources are due. Each publisher is a host of its own.</summary>
public sealed class DueReadsFacts : IAsyncLifetime
{
    private const int Healthy = 30;

    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<FakePublisher> hanging = [];
    private FakePublisher publisher = null!; // set by InitializeAsync
    private World world = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        publisher = await FakePublisher.StartAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2026-05-01 A");
        world = await World.At("2026-01-05 08:00", ("Sources:AllowLoopback", "true"));
    }

    public async ValueTask DisposeAsync()
    {
        released.TrySetResult();
        await world.DisposeAsync();
        await publisher.DisposeAsync();
        foreach (var one in hanging)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_host_that_hangs_takes_only_some_of_the_places()
    {
        var host = await HangingAsync();
        for (var i = 0; i < 2 * DueReads.MaxAtOnce; i++)
        {
            await AddAsync($"h{i}", host, failures: 0);
        }

        await AddHealthyAsync();
        var reading = world.Get<DueReads>().ReadAllAsync(Cancel);
        await HealthyAreReadAsync();
        Assert.False(reading.IsCompleted);
        Assert.InRange(host.MaxAtOnce, 1, DueReads.MaxPerHost);
        released.SetResult();
        await reading;
        Assert.Equal(2 * DueReads.MaxAtOnce, host.Requests.Count);
    }

    [Fact]
    public async Task Hosts_that_failed_before_and_hang_take_only_some_of_the_places()
    {
        for (var i = 0; i < DueReads.MaxAtOnce; i++)
        {
            await AddAsync($"h{i}", await HangingAsync(), failures: 1);
        }

        await AddHealthyAsync();
        var reading = world.Get<DueReads>().ReadAllAsync(Cancel);
        await HealthyAreReadAsync();
        Assert.False(reading.IsCompleted);
        Assert.InRange(hanging.Count(host => host.MaxAtOnce > 0), 1, DueReads.MaxFailing);
        released.SetResult();
        await reading;
        Assert.All(hanging, host => Assert.Single(host.Requests));
    }

    [Fact]
    public async Task What_becomes_due_while_a_host_hangs_is_read()
    {
        var host = await HangingAsync();
        await AddAsync("h", host, failures: 0);
        var due = world.Get<DueReads>();
        Assert.Null(await due.LookAsync(Cancel));
        await AddAsync("s0", publisher, failures: 0);
        await due.LookAsync(Cancel);
        await IsReadAsync("s0");
        Assert.True(due.IsReading);
        released.SetResult();
        await due.ReadUntilAsync(new TaskCompletionSource().Task, Cancel);
        Assert.False(due.IsReading);
        Assert.Single(host.Requests);
        Assert.Single(publisher.Requests);
    }

    private async Task<FakePublisher> HangingAsync()
    {
        var host = await FakePublisher.StartAsync();
        host.Instead = async _ =>
        {
            await released.Task;
            return false;
        };
        hanging.Add(host);
        return host;
    }

    private async Task AddHealthyAsync()
    {
        for (var i = 0; i < Healthy; i++)
        {
            await AddAsync($"s{i}", publisher, failures: 0);
        }
    }

    /// <summary>Adds a source that is due later than those added before it.</summary>
    private async Task AddAsync(string id, FakePublisher host, int failures)
    {
        var sources = world.Get<ISources>();
        var at = world.Now - Duration.FromHours(1) + Duration.FromSeconds((await sources.ListAsync(Cancel)).Count);
        var source = new Source
        {
            Id = id,
            Type = SourceType.ICalendar,
            Url = host.Url + "/c.ics",
            TimeZone = DateTimeZone.Utc,
        };
        await sources.SaveAsync(
            new SourceState { Source = source, AddedAt = at, NextAt = at, Failures = failures },
            Cancel);
    }

    private async Task HealthyAreReadAsync()
    {
        for (var i = 0; i < Healthy; i++)
        {
            await IsReadAsync($"s{i}");
        }
    }

    private Task IsReadAsync(string id) => Eventually.BecomesTrueAsync($"{id} is read", async () =>
        (await world.Get<ISources>().FindAsync(id, Cancel))?.CheckedAt is not null, Cancel);
}
