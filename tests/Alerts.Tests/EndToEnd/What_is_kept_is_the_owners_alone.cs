using System.Text.Json.Nodes;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Section 20 of the contract: the permissions that other users of the machine have on the data folder and its files.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class What_is_kept_is_the_owners_alone
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OpenFolder =
        Folder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Fact]
    public async Task A_new_folder_and_its_files_are_closed_to_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using var folder = new TemporaryFolder();
        var data = folder.At("data");
        await using var process = Start(data);
        await process.WaitForListeningAsync(Cancel);
        await SubscribeAsync(process);
        await Eventually.BecomesTrueAsync("a mail lies in the outbox", () => Task.FromResult(Mails(data).Length == 1),
            Cancel);

        var entries = new DirectoryInfo(data).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Append(new DirectoryInfo(data)).ToList();
        Assert.All(entries, entry => Assert.Equal((entry.FullName, entry is DirectoryInfo ? Folder : OfFile),
            (entry.FullName, entry.UnixFileMode)));
        Assert.All((string[])["alerts.db", "alerts.db-wal", "alerts.db-shm", "outbox"], name =>
            Assert.Contains(name, entries.Select(entry => entry.Name)));
        Assert.DoesNotContain(process.Output, line => line.Contains("can read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_exists_keeps_its_mode_with_one_warning()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using var folder = new TemporaryFolder();
        var data = Directory.CreateDirectory(folder.At("data"), OpenFolder).FullName;
        File.SetUnixFileMode(data, OpenFolder); // regardless of the umask
        await using var process = Start(data);
        await process.WaitForListeningAsync(Cancel);

        Assert.Equal(OpenFolder, File.GetUnixFileMode(data));
        Assert.Equal(OfFile, File.GetUnixFileMode(Path.Combine(data, "alerts.db")));
        await Eventually.BecomesTrueAsync("it warns once", () =>
            Task.FromResult(process.Output.Concat(process.Errors)
            .Count(line => line.Contains("can read " + data, StringComparison.Ordinal)) == 1), Cancel);
    }

    private static AlertsProcess Start(string data) => AlertsProcess.Start(
        ["serve", "--urls", FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}"), "--data", data],
        settings: new Dictionary<string, string> { ["Alerts__Dates__Shipped"] = "false" });

    private static string[] Mails(string data) =>
        Directory.Exists(Path.Combine(data, "outbox")) ? Directory.GetFiles(Path.Combine(data, "outbox"), "*.eml") : [];

    private static async Task SubscribeAsync(AlertsProcess process)
    {
        using var body = new StringContent(new JsonObject
        {
            ["channel"] = new JsonObject { ["type"] = "email", ["address"] = "reader@example.com" },
            ["leads"] = new JsonArray("P1D"),
            ["timeZone"] = "UTC",
        }.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await process.Http.PostAsync("/api/subscriptions", body, Cancel);
        Assert.Equal(202, (int)answer.StatusCode);
    }
}
