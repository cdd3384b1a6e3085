using Alerts.Dates;
using Alerts.Sources;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// A publisher adds, moves, removes and breaks dates and series; an operator accepts, rejects and edits by hand; the
/// process is killed now and then. At the end the stored dates equal those of a model, and the audit (run by
/// <see cref="World"/>) is clean.
/// </summary>
public sealed class A_year_of_sources_equals_a_model
{
    private static bool IsFull => Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";

    [Fact]
    public Task On_SQLite() => RunAsync(Worlds.OnSqlite, IsFull ? 1_460 : 40, IsFull ? 200 : 24, IsFull ? 500 : 30);

    [Fact]
    public Task On_Table_Storage() =>
        RunAsync(Worlds.OnKillableTableStorage, IsFull ? 365 : 10, IsFull ? 200 : 8, IsFull ? 500 : 8);

    /// <param name="steps">Number of steps, which together cover 360 days.</param>
    private static async Task RunAsync(Worlds worlds, int steps, int events, int documents)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ALERTS_TESTS_SEED"), out var given) ? given
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        await using var publisher = await FakePublisher.StartAsync();
        await using var world = await worlds.At(
            "2026-01-01 00:00", ("Sources:AllowLoopback", "true"), ("Sources:FederalRegister:BaseUrl", publisher.Url));
        var play = new Play(random, publisher, world, new YearOfDates(random, () => world.Now, events, documents));
        await play.BeginAsync();
        var step = Duration.FromDays(360) / steps;
        for (var i = 0; i < steps; i++)
        {
            await play.StepAsync(Instant.FromUtc(2026, 1, 1, 0, 0) + (step * (i + 1)));
        }

        await play.EndAsync();
    }

    /// <summary>Runs the service and its operator, and knows what the stored dates must be.</summary>
    private sealed class Play(Random random, FakePublisher publisher, World world, YearOfDates there)
    {
        private static readonly string[] Ids = ["cal", "auto", "reg"];

        /// <summary>Dates that the operator edited, or for which they rejected a change, as they were then.</summary>
        private readonly Dictionary<string, There?> kept = [];

        /// <summary>The changes that the operator rejected last, by date.</summary>
        private readonly Dictionary<string, Rejection> rejected = [];

        public async Task BeginAsync()
        {
            publisher.Instead = there.AnswerAsync;
            await world.Subscribe("P7D P1D");
            await world.SubscribeWebhook("P3D");
            foreach (var id in Ids)
            {
                await world.Get<SourceEdits>().PutAsync(
                    new Source
                    {
                        Id = id,
                        Type = id == "reg" ? SourceType.FederalRegister : SourceType.ICalendar,
                        Url = id == "reg" ? null : $"{publisher.Url}/{id}.ics",
                        Query = id == "reg" ? new RegisterQuery() : null,
                        TimeZone = DateTimeZone.Utc,
                        Apply = id == "auto" ? ApplyMode.Auto : ApplyMode.Review,
                        Every = Duration.FromMinutes(5),
                    }, Cancel);
            }
        }

        public async Task StepAsync(Instant to)
        {
            await world.RunUntil(to);
            there.Change();
            foreach (var (id, rejection) in rejected.Where(_ => random.Next(6) == 0))
            {
                // The publisher takes the rejected change back, and makes it again later.
                there.Put(id, there[id] == rejection.Rejected ? rejection.Applied : rejection.Rejected);
            }

            there.Breaking = random.Next(10) switch { 0 => random.Next(1, 9), _ => 0 };
            if (random.Next(12) == 0)
            {
                await KillAsync();
            }

            var isRead = new HashSet<string>();
            foreach (var id in Ids)
            {
                var isWhole = there.Breaking == 0;
                if ((await world.Get<SourceReads>().ReadAsync(id, isDue: false, Cancel))!.Error is null && isWhole)
                {
                    isRead.Add(id);
                }
            }

            foreach (var (id, rejection) in rejected.ToList())
            {
                if (isRead.Contains(YearOfDates.SourceOf(id)) && there[id] == rejection.Applied)
                {
                    rejected[id] = rejection with { WasTakenBack = true };
                }
            }

            await CheckKeptAsync();
            await OperateAsync(isRead);
            await CheckKeptAsync();
        }

        public async Task EndAsync()
        {
            there.Breaking = 0;
            for (var i = 0; i < 4; i++)
            {
                foreach (var id in Ids)
                {
                    Assert.Null((await world.Get<SourceReads>().ReadAsync(id, isDue: false, Cancel))!.Error);
                }
            }

            var now = world.Now;
            var open = await OpenAsync();
            foreach (var (id, rejection) in rejected.Where(one => one.Value.WasTakenBack))
            {
                if (there[id] == rejection.Rejected && IsAhead(there[id] ?? rejection.Applied, now)
                    && IsAhead(rejection.Applied, now))
                {
                    Assert.True(
                        open.Any(one => one.KeyDateId == id),
                        $"{id} is not proposed again: {rejection}, ours {await OursAsync(id)}");
                }
            }

            foreach (var one in open)
            {
                await AcceptAsync(one);
            }

            await world.Settle();
            foreach (var (id, expected) in there.All)
            {
                var ours = await OursAsync(id);
                if (kept.TryGetValue(id, out var left))
                {
                    Assert.Equal((id, left), (id, ours));
                }
                else if (expected is not null && there.IsRead(id, expected))
                {
                    Assert.Equal((id, expected), (id, ours));
                }
                else if (expected is null && ours is not null && (await FindAsync(id))!.KeyDate is { } date
                    && date.Over > now)
                {
                    Assert.True(date.IsCancelled, $"{id} is not there any more and not cancelled: {ours}");
                }
            }
        }

        private static bool IsAhead(There date, Instant now) => date.On > now.InUtc().Date.PlusDays(1);

        /// <param name="isRead">The sources whose dates have just been read.</param>
        private async Task OperateAsync(HashSet<string> isRead)
        {
            foreach (var one in await OpenAsync())
            {
                var id = one.KeyDateId;
                switch (random.Next(8))
                {
                    case 0:
                        var wasEdited = kept.ContainsKey(id) && !rejected.ContainsKey(id);
                        var ours = await OursAsync(id);
                        (kept[id], _) = (ours, rejected.Remove(id));
                        if (!wasEdited && ours is not null && isRead.Contains(YearOfDates.SourceOf(id))
                            && there.CanPublish(id, ours))
                        {
                            rejected[id] = new Rejection(there[id], ours, WasTakenBack: false);
                        }

                        Assert.IsType<Decision.Done>(await world.Get<Proposals>().RejectAsync(one.Id, Cancel));
                        break;
                    case 1:
                        break; // the operator decides later
                    default:
                        await AcceptAsync(one);
                        break;
                }
            }

            if (random.Next(4) == 0 && there.AnyId() is var edited && await FindAsync(edited) is { } date)
            {
                await world.Watcher.CatchUpAsync(Cancel);
                await world.Get<IKeyDates>().SaveAsync(date.KeyDate with { Title = $"By hand {random.Next(1000)}" },
                    null, null, Cancel);
                (kept[edited], _) = (await OursAsync(edited), rejected.Remove(edited));
            }
        }

        private async Task AcceptAsync(ShownProposal one)
        {
            Assert.IsType<Decision.Done>(await world.Get<Proposals>().AcceptAsync([one.Id], Cancel));
            kept.Remove(one.KeyDateId);
            rejected.Remove(one.KeyDateId);
        }

        /// <summary>Checks that no read has undone an edit or applied a rejected change.</summary>
        private async Task CheckKeptAsync()
        {
            foreach (var (id, left) in kept)
            {
                Assert.Equal((id, left), (id, await OursAsync(id)));
            }
        }

        /// <summary>Kills the process in the middle of a read.</summary>
        private async Task KillAsync()
        {
            var reading = world.Get<SourceReads>().ReadAsync(Ids[random.Next(Ids.Length)], isDue: false, Cancel);
            await Task.WhenAny(reading, Task.Delay(random.Next(30), Cancel));
            await world.KillAndStartAgain(() => { });
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            world.Real.Ahead += TimeSpan.FromMinutes(10); // the claims of the dead process have expired by then
        }

        private async Task<IReadOnlyList<ShownProposal>> OpenAsync() => await world.Get<Proposals>().ShowAllAsync(
            await world.Get<ISources>().ProposalsAsync(null, 1000, Cancel), Cancel);

        private Task<DateVersion?> FindAsync(string id) => world.Get<IKeyDates>().FindAsync(id, Cancel);

        private async Task<There?> OursAsync(string id) => await FindAsync(id) is { KeyDate: var date }
            ? new There(date.When.On, date.Title.Replace("Takes effect: ", "", StringComparison.Ordinal),
                date.IsCancelled)
            : null;

        /// <param name="Rejected">What the publisher had; null if it had removed the date.</param>
        /// <param name="Applied">What was applied last.</param>
        /// <param name="WasTakenBack">Whether a read has found that again since.</param>
        private sealed record Rejection(There? Rejected, There Applied, bool WasTakenBack);
    }
}
