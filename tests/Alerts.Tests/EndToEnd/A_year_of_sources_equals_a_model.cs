using System.Text.Json;
using Alerts.Dates;
using Alerts.Sources;
using Alerts.Tests.Sources;
using Alerts.Tests.Support;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// A publisher adds, moves, removes and breaks dates; an operator accepts, rejects and edits by hand; the process is
/// killed now and then. At the end the stored dates equal those of a model, and the audit (run by <see cref="World"/>)
/// is clean.
/// </summary>
public sealed class A_year_of_sources_equals_a_model
{
    private static bool IsFull => Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
        var play = new Play(random, publisher, world, events, documents);
        await play.BeginAsync();
        var step = Duration.FromDays(360) / steps;
        for (var i = 0; i < steps; i++)
        {
            await play.StepAsync(Instant.FromUtc(2026, 1, 1, 0, 0) + (step * (i + 1)));
        }

        await play.EndAsync();
    }

    private sealed class Play(Random random, FakePublisher publisher, World world, int events, int documents)
    {
        private static readonly string[] Ids = ["cal", "auto", "reg"];

        /// <summary>
        /// What the publisher currently offers, by the id of our date; null for a date it has removed.
        /// </summary>
        private readonly Dictionary<string, There?> there = [];

        /// <summary>Dates that the operator edited, or for which they rejected a change, as they were then.</summary>
        private readonly Dictionary<string, string?> kept = [];

        public async Task BeginAsync()
        {
            for (var i = 0; i < events; i++)
            {
                there[(i % 2 == 0 ? "cal-e" : "auto-e") + i] = AnyDate();
            }

            for (var i = 0; i < documents; i++)
            {
                there[$"reg-2026-{i}-effective"] = AnyDate();
            }

            publisher.Instead = AnswerAsync;
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
            ChangeThere();
            breaking = random.Next(10) switch { 0 => random.Next(1, 9), _ => 0 };
            if (random.Next(12) == 0)
            {
                await KillAsync();
            }

            foreach (var id in Ids)
            {
                await world.Get<SourceReads>().ReadAsync(id, isDue: false, Cancel);
            }

            await CheckKeptAsync();
            await OperateAsync();
            await CheckKeptAsync();
        }

        public async Task EndAsync()
        {
            breaking = 0;
            for (var i = 0; i < 4; i++)
            {
                foreach (var id in Ids)
                {
                    Assert.Null((await world.Get<SourceReads>().ReadAsync(id, isDue: false, Cancel))!.Error);
                }
            }

            foreach (var one in await OpenAsync())
            {
                await AcceptAsync(one);
            }

            await world.Settle();
            var now = world.Now;
            foreach (var (id, expected) in there)
            {
                var ours = await TextAsync(id);
                if (kept.TryGetValue(id, out var left))
                {
                    Assert.Equal(left, ours);
                }
                else if (expected is not null
                    && !(id.StartsWith("reg", StringComparison.Ordinal)
                        && expected.On < now.InZone(RegisterSource.Zone).Date))
                {
                    Assert.Equal((id, expected.ToString()), (id, ours));
                }
                else if (ours is not null && (await FindAsync(id))!.KeyDate is { } date && date.Over > now)
                {
                    Assert.True(date.IsCancelled, $"{id} is not there any more and not cancelled: {ours}");
                }
            }
        }

        private int breaking;

        private There AnyDate() => new(
            world.Now.InUtc().Date.PlusDays(random.Next(2, 200)), $"T{random.Next(5)}", false);

        private void ChangeThere()
        {
            foreach (var id in there.Keys.ToList())
            {
                var isDocument = id.StartsWith("reg", StringComparison.Ordinal);
                there[id] = random.Next(60) switch
                {
                    0 => AnyDate(),
                    1 when there[id] is { } date => date with { Title = $"T{random.Next(5)}" },
                    2 when there[id] is { } date && !isDocument => date with { IsCancelled = !date.IsCancelled },
                    3 => null,
                    _ => there[id],
                };
            }
        }

        private async Task OperateAsync()
        {
            foreach (var one in await OpenAsync())
            {
                switch (random.Next(8))
                {
                    case 0:
                        kept[one.KeyDateId] = await TextAsync(one.KeyDateId);
                        Assert.IsType<Decision.Done>(await world.Get<Proposals>().RejectAsync(one.Id, Cancel));
                        break;
                    case 1:
                        break; // the operator decides later
                    default:
                        await AcceptAsync(one);
                        break;
                }
            }

            var id = there.Keys.ElementAt(random.Next(there.Count));
            if (random.Next(4) == 0 && await FindAsync(id) is { } date)
            {
                await world.Watcher.CatchUpAsync(Cancel);
                await world.Get<IKeyDates>().SaveAsync(date.KeyDate with { Title = $"By hand {random.Next(1000)}" },
                    null, null, Cancel);
                kept[id] = await TextAsync(id);
            }
        }

        private async Task AcceptAsync(ShownProposal one)
        {
            Assert.IsType<Decision.Done>(await world.Get<Proposals>().AcceptAsync([one.Id], Cancel));
            kept.Remove(one.KeyDateId);
        }

        /// <summary>Checks that no read has undone an edit or applied a rejected change.</summary>
        private async Task CheckKeptAsync()
        {
            foreach (var (id, left) in kept)
            {
                Assert.Equal((id, left), (id, await TextAsync(id)));
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

        private async Task<string?> TextAsync(string id) => await FindAsync(id) is { KeyDate: var date }
            ? new There(date.When.On, date.Title.Replace("Takes effect: ", "", StringComparison.Ordinal),
                date.IsCancelled).ToString()
            : null;

        private async Task<bool> AnswerAsync(HttpContext context)
        {
            var path = context.Request.Path.Value ?? "";
            var text = path == "/documents.json" ? Register(context.Request.Query)
                : Calendar(path.Trim('/').Split('.')[0]);
            switch (breaking)
            {
                case 1:
                    text = text[..(text.Length / 2)];
                    break;
                case 2:
                    text = "<html><body>Maintenance</body></html>";
                    break;
                case 3:
                    text = "";
                    break;
                case 4:
                    text = path == "/documents.json" ? """{"count":0,"results":[]}""" : SourceBench.Calendar();
                    breaking = 0; // only one empty answer in a row
                    break;
                case > 4:
                    context.Response.StatusCode = new[] { 404, 429, 500, 503 }[breaking - 5];
                    return true;
                default:
                    break;
            }

            await context.Response.WriteAsync(text, Cancel);
            return true;
        }

        private string Calendar(string source) => SourceBench.Calendar(there
            .Where(one => one.Key.StartsWith(source + "-", StringComparison.Ordinal) && one.Value is not null)
            .Select(one => $"{one.Key[(source.Length + 1)..]} {one.Value}"));

        private string Register(IQueryCollection query)
        {
            if (query.ContainsKey("conditions[comment_date][gte]"))
            {
                return """{"count":0,"results":[]}""";
            }

            var from = LocalDatePattern.Iso.Parse(query["conditions[effective_date][gte]"].ToString()).Value;
            var size = Math.Min(25,
                int.Parse(query["per_page"].ToString(), System.Globalization.CultureInfo.InvariantCulture));
            var page = query.ContainsKey("page")
                ? int.Parse(query["page"].ToString(), System.Globalization.CultureInfo.InvariantCulture) : 1;
            var all = there.Where(one => one.Key.StartsWith("reg-", StringComparison.Ordinal) && one.Value?.On >= from)
                .ToList();
            return JsonSerializer.Serialize(new
            {
                count = all.Count,
                total_pages = (all.Count + size - 1) / size,
                results = all.Skip((page - 1) * size).Take(size).Select(one => new
                {
                    document_number = one.Key["reg-".Length..^"-effective".Length],
                    title = one.Value!.Title,
                    html_url = "https://example.org/" + one.Key,
                    publication_date = "2026-01-01",
                    effective_on = LocalDatePattern.Iso.Format(one.Value.On),
                    comments_close_on = (string?)null,
                }),
            });
        }

        private sealed record There(LocalDate On, string Title, bool IsCancelled)
        {
            public override string ToString() =>
                $"{LocalDatePattern.Iso.Format(On)} {Title}{(IsCancelled ? " x" : "")}";
        }
    }
}
