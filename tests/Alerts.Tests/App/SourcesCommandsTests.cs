using Alerts.Tests.Sources;

namespace Alerts.Tests.App;

/// <summary>Tests <c>alerts sources</c> as typed by a user.</summary>
public sealed class SourcesCommandsTests
{
    private static readonly Dictionary<string, string> Loopback = new() { ["Alerts__Sources__AllowLoopback"] = "true" };

    [Fact]
    public async Task A_source_is_added_read_listed_and_removed()
    {
        await using var publisher = await FakePublisher.StartAsync();
        publisher.Calendars["/c.ics"] = SourceBench.Calendar("a 2099-05-01 A", "b 2099-06-01 B");
        using var folder = new TemporaryFolder();
        var file = folder.At("source.json");
        await File.WriteAllTextAsync(
            file, $$"""[{"id":"s","type":"icalendar","url":"{{publisher.Url}}/c.ics","timeZone":"UTC"}]""", Cancel);
        Assert.Equal(["added s"], (await RunAsync(folder, "add", file)).Output);
        Assert.Equal(["edited s"], (await RunAsync(folder, "add", file)).Output);
        Assert.Equal(["read s: 2 changes wait for review"], (await RunAsync(folder, "check", "s")).Output);
        Assert.Contains("s ", Assert.Single((await RunAsync(folder, "list")).Output), StringComparison.Ordinal);
        publisher.Calendars.Clear();
        var failed = await RunAsync(folder, "check", "s");
        Assert.Equal((1, "s could not be read: the answer was 404"), (failed.ExitCode, Assert.Single(failed.Errors)));
        Assert.Equal(["removed s; its dates stay"], (await RunAsync(folder, "remove", "s")).Output);
        Assert.Equal(["There are no sources."], (await RunAsync(folder, "list")).Output);
        Assert.Equal(1, (await RunAsync(folder, "remove", "s")).ExitCode);
        Assert.Equal(1, (await RunAsync(folder, "check", "s")).ExitCode);
    }

    [Fact]
    public async Task Examples_are_added_once_and_switched_off()
    {
        using var folder = new TemporaryFolder();
        var first = await RunAsync(folder, "examples");
        Assert.Equal(0, first.ExitCode);
        Assert.All(first.Output, line => Assert.EndsWith("(switched off)", line, StringComparison.Ordinal));
        Assert.All((await RunAsync(folder, "examples")).Output, line =>
            Assert.EndsWith("is there already", line, StringComparison.Ordinal));
        Assert.All((await RunAsync(folder, "list")).Output, line =>
            Assert.Contains(" off ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bad_file_is_named_and_adds_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("source.json");
        await File.WriteAllTextAsync(
            file, """[{"id":"s","type":"rss"},{"type":"icalendar","url":"https://x.org"}]""", Cancel);
        var refused = await RunAsync(folder, "add", file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(refused.Errors, line => line.StartsWith("/0/type: ", StringComparison.Ordinal));
        Assert.Contains(refused.Errors, line => line.StartsWith("/1/id: ", StringComparison.Ordinal));
        Assert.Equal(2, (await RunAsync(folder, "list")).ExitCode); // there is no database
    }

    private static Task<AlertsCommand> RunAsync(TemporaryFolder folder, params string[] arguments) =>
        AlertsCommand.RunAsync(["sources", .. arguments, "--data", folder.Path], Cancel, Loopback);
}
