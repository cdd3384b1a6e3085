using Alerts.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Alerts.Tests.EndToEnd;

/// <summary>The executable is told to stop while it waits for the database, which another holds; it listens by then.</summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class A_start_that_is_stopped_ends_quietly
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_listens_no_more_and_is_done_without_a_word()
    {
        using var folder = new TemporaryFolder();
        await using (var before = new AlertsService(folder.At("data")))
        {
            await before.StartAsync(Cancel);
            Assert.Equal(0, await before.StopAsync(Cancel));
        }

        await using var other = new SqliteConnection($"Data Source={Path.Combine(folder.At("data"), "alerts.db")};Pooling=false");
        await other.OpenAsync(Cancel);
        await using var writing = other.BeginTransaction();
        var port = FreePort.Next();
        await using var process = AlertsProcess.Start(["serve", "--urls", FormattableString.Invariant($"http://127.0.0.1:{port}"), "--data", folder.At("data")]);
        await Eventually.BecomesTrueAsync("it listens", () => ChildProcess.IsOpenAsync(port, Cancel), Cancel);

        process.Terminate();
        await Eventually.BecomesTrueAsync("it listens no more", async () => !await ChildProcess.IsOpenAsync(port, Cancel), Cancel);
        await writing.RollbackAsync(Cancel);

        Assert.Equal(0, await process.WaitForExitAsync(Cancel));
        Assert.Empty(process.Errors);
        Assert.Empty(process.Output);
    }
}
