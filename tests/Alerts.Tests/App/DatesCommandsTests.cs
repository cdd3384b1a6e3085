using Alerts.Tests.Support;
using Xunit;

namespace Alerts.Tests.App;

public sealed class DatesCommandsTests
{
    private const string Note = "(not checked for 30 days)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_says_which_dates_nobody_has_checked_for_long_and_the_export_says_only_what_is_known()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("dates.json");
        await File.WriteAllTextAsync(
            file,
            """
            [{"id":"checked","title":"A","when":{"date":"2999-01-01","timeZone":"UTC"},"checkedOn":"2998-12-31"},
             {"id":"unsaid","title":"B","when":{"date":"2999-01-01","timeZone":"UTC"}},
             {"id":"stale","title":"C","when":{"date":"2999-01-01","timeZone":"UTC"},"checkedOn":"2025-10-25"},
             {"id":"over","title":"D","when":{"date":"2025-11-01","timeZone":"UTC"}}]
            """,
            Cancel);
        var import = await AlertsCommand.RunAsync(["dates", "import", file, "--data", folder.Path], Cancel);
        var list = await AlertsCommand.RunAsync(["dates", "list", "--data", folder.Path], Cancel);
        var export = await AlertsCommand.RunAsync(["dates", "export", "--data", folder.Path], Cancel);

        Assert.Equal((0, 0, 0), (import.ExitCode, list.ExitCode, export.ExitCode));
        Assert.Equal(["r1 checked  A", "r1 over  D", $"r1 stale  C  {Note}", $"r1 unsaid  B  {Note}"], list.Output.Select(line => line[line.IndexOf("r1 ", StringComparison.Ordinal)..]).Order());
        Assert.DoesNotContain(Note, string.Concat(export.Output), StringComparison.Ordinal);
    }
}
