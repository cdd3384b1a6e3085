using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Alerts.Stores.Sqlite;
using Microsoft.Data.Sqlite;

namespace Alerts.Tests.Stores;

/// <summary>A store that is unavailable for a while, in every way this can happen.</summary>
public sealed class OutageFacts
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["full", "locked", "read-only", "unreachable", "busy", "silent"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Requests_get_503_the_log_names_the_first_cause_and_nothing_is_lost(string kind)
    {
        var faults = new TableFaults(0) { TriesAsTheProduct = true };
        var isSqlite = kind is "full" or "locked" or "read-only";
        await using var world = isSqlite
            ? await World.At("2025-11-01 00:00")
            : await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        await using var web = await WebOverWorld.StartAsync(world);
        web.Http.Timeout = TimeSpan.FromSeconds(10); // the limit in the contract
        await world.RunUntil("2025-11-09 08:59");
        Assert.Equal(200, (await web.GetAsync("/readyz")).Status);

        await using (await Break(kind, world, faults, web))
        {
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(i => web.PutDateAsync($"new-{i}", new string('x', 1900))));
            Assert.All(answers, answer =>
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                Assert.NotNull(answer.Headers.RetryAfter?.Delta);
                answer.Dispose();
            });
            if (kind != "full") // when full, only new pages are refused, and a run without news needs none
            {
                await Assert.ThrowsAnyAsync<Exception>(() => world.Watcher.RunAsync(Cancel));
                Assert.Equal(503, (await web.GetAsync("/readyz")).Status);
            }

            world.Get<ServiceClock>().JumpTo(World.Utc("2025-11-09 09:00"));
            world.Get<ChangeSignal>().Raise();
            var failure = Assert.Single(world.Get<ServiceHealth>().Failures);
            Assert.Equal("store", failure.Part);
            Assert.Contains(Cause(kind), failure.Cause, StringComparison.Ordinal);
            Assert.Contains(failure.Cause, (await web.GetAsync(isSqlite ? "/api/stats" : "/readyz")) is (200, var text)
                ? text : failure.Cause, StringComparison.Ordinal);
        }

        await Eventually.BecomesTrueAsync("the store can be used", async () =>
        {
            using var answer = await web.PutDateAsync("later");
            return answer.IsSuccessStatusCode;
        }, Cancel);
        await Eventually.BecomesTrueAsync("a run succeeds", async () =>
        {
            await world.Watcher.RunAsync(Cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !world.Watcher.HasFailed;
        }, Cancel);
        await Eventually.BecomesTrueAsync(
            "it is ready", async () => (await web.GetAsync("/readyz")).Status == 200, Cancel);
        await world.RunUntil("2025-11-09 13:00");

        Assert.Contains("P1D r1", Assert.Single(world.Got(subscriber)), StringComparison.Ordinal);
        var lines = world.Log.All;
        Assert.StartsWith("Error store cannot be used: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(Cause(kind), lines[0], StringComparison.Ordinal);
        Assert.True(lines.Count <= 3, string.Join('\n', lines));
    }

    private static string Cause(string kind) => kind switch
    {
        "full" => "database or disk is full",
        "locked" => "database is locked",
        "read-only" => "attempt to write a readonly database",
        "unreachable" => "refused",
        "busy" => "ServerBusy",
        _ => "did not answer within 3 s",
    };

    private static async Task<IAsyncDisposable> Break(string kind, World world, TableFaults faults, WebOverWorld web)
    {
        switch (kind)
        {
            case "full":
                Pragma(world, "max_page_count = 1"); // no more pages than there are now
                for (var i = 0; i < 100; i++)
                {
                    using var answer = await web.PutDateAsync($"filling-{i}", new string('x', 1900));
                    if (!answer.IsSuccessStatusCode)
                    {
                        break;
                    }
                }

                return new Mended(() => Pragma(world, "max_page_count = 1000000"));
            case "read-only":
                Pragma(world, "query_only = 1");
                return new Mended(() => Writer(world.Get<Database>()).Execute("PRAGMA query_only = 0"));
            case "locked":
                var other = new SqliteConnection($"Data Source={world.Get<DataFolder>().DatabasePath};Pooling=false");
                await other.OpenAsync(Cancel);
                Execute(other, "BEGIN IMMEDIATE");
                return new Mended(other.Dispose);
            case "unreachable":
                faults.IsCut = true;
                return new Mended(() => faults.IsCut = false);
            case "busy":
                (faults.Busy, faults.Persistent) = (1, 1);
                return new Mended(() => faults.Busy = 0);
            default:
                var silent = new TcpListener(IPAddress.Loopback, 0);
                silent.Start();
                faults.SilentPort = ((IPEndPoint)silent.LocalEndpoint).Port;
                return new Mended(() =>
                {
                    faults.SilentPort = null;
                    silent.Dispose();
                });
        }
    }

    private static void Pragma(World world, string pragma) => world.Get<Database>().Write(
        (session, _) => session.Number("PRAGMA " + pragma));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "writer")]
    private static extern ref Session Writer(Database database);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class Mended(Action mend) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            mend();
            return ValueTask.CompletedTask;
        }
    }
}
