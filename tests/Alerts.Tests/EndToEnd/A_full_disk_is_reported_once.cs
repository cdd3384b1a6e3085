using System.Text.Json.Nodes;

namespace Alerts.Tests.EndToEnd;

/// <summary>Runs the real executable on a 6 MB file system that fills up. Needs permission to mount one.</summary>
public sealed class A_full_disk_is_reported_once
{
    [Fact]
    public async Task The_log_stays_small_requests_get_503_and_it_goes_on_when_there_is_room()
    {
        using var folder = new TemporaryFolder();
        var disk = folder.At("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(
            await MountAsync(disk), "Mounting a file system is not permitted here (it takes root or CAP_SYS_ADMIN).");
        try
        {
            await using var service = new AlertsService(Path.Combine(disk, "data"));
            await service.StartAsync(Instant.FromUtc(2025, 11, 1, 0, 0), speed: 3600, Cancel);
            await service.PutDateAsync("truce", Instant.FromUtc(2025, 11, 10, 12, 0), Cancel);

            await File.WriteAllBytesAsync(Path.Combine(disk, "filler"), [], Cancel);
            await FillAsync(Path.Combine(disk, "filler"));
            await Eventually.BecomesTrueAsync("changes get 503", async () => await service.StatusAsync(
                HttpMethod.Put, "/api/dates/more", Body(), Cancel) == 503, Cancel);
            await Eventually.BecomesTrueAsync("it is not ready", async () => await service.StatusAsync(
                HttpMethod.Get, "/readyz", null, Cancel) == 503, Cancel);

            // Many more loop runs than log lines: the watcher runs every half second, the senders every quarter second,
            // and a day passes in 24 seconds.
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(503, await service.StatusAsync(HttpMethod.Put, $"/api/dates/more-{i}", Body(), Cancel));
                await Task.Delay(TimeSpan.FromMilliseconds(200), Cancel);
            }

            Assert.Contains(service.Log, line => line.Contains("store cannot be used", StringComparison.Ordinal));
            var command = await AlertsCommand.RunAsync(
                ["sources", "examples", "--data", Path.Combine(disk, "data")], Cancel);
            Assert.Equal(2, command.ExitCode);
            Assert.Contains("full", Assert.Single(command.Errors), StringComparison.Ordinal);
            Assert.True(service.Log.Count < 20, string.Join('\n', service.Log.Take(60)));
            Assert.DoesNotContain(service.Log, line => line.Contains("cannot rollback", StringComparison.Ordinal));

            File.Delete(Path.Combine(disk, "filler"));
            await Eventually.BecomesTrueAsync("changes are taken", async () => await service.StatusAsync(
                HttpMethod.Put, "/api/dates/more", Body(), Cancel) is 200 or 201, Cancel);
            await Eventually.BecomesTrueAsync("it is ready", async () => await service.StatusAsync(
                HttpMethod.Get, "/readyz", null, Cancel) == 200, Cancel);
            Assert.Equal(0, await service.StopAsync(Cancel));
            Assert.Equal(0, (int)(await service.AuditAsync(Cancel))["missing"]!);
        }
        finally
        {
            await UnmountAsync(disk);
        }
    }

    private static JsonObject Body() => new JsonObject
    {
        ["title"] = "More",
        ["summary"] = new string('x', 2000),
        ["when"] = new JsonObject { ["date"] = "2026-01-01", ["timeZone"] = "UTC" },
        ["reason"] = Guid.NewGuid().ToString(),
    };

    private static async Task FillAsync(string path)
    {
        // Smaller and smaller blocks fill the disk to the last byte.
        foreach (var size in (int[])[64 * 1024, 4096, 1])
        {
            try
            {
                await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, 1);
                var block = new byte[size];
                while (true)
                {
                    await file.WriteAsync(block, Cancel);
                    await file.FlushAsync(Cancel);
                }
            }
            catch (IOException)
            {
                // There is no room for another block of this size.
            }
        }
    }

    private static async Task<bool> MountAsync(string path)
    {
        if (!File.Exists("/bin/mount") && !File.Exists("/usr/bin/mount"))
        {
            return false;
        }

        await using var mount = ChildProcess.Start("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", path]);
        return await mount.WaitForExitAsync(Cancel) == 0;
    }

    private static async Task UnmountAsync(string path)
    {
        await using var unmount = ChildProcess.Start("umount", ["-l", path]);
        await unmount.WaitForExitAsync(CancellationToken.None);
    }
}
