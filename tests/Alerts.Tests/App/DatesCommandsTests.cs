namespace Alerts.Tests.App;

public sealed class DatesCommandsTests
{
    private const string Note = "(not checked for 30 days)";

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
        Assert.Equal(
            ["r1 checked  A", "r1 over  D", $"r1 stale  C  {Note}", $"r1 unsaid  B  {Note}"],
            list.Output.Select(line => line[line.IndexOf("r1 ", StringComparison.Ordinal)..]).Order());
        Assert.DoesNotContain(Note, string.Concat(export.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_prints_every_field_that_would_change_and_stores_nothing()
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("dates.ics");
        await File.WriteAllTextAsync(file, Event("SUMMARY:S\nDTSTART;VALUE=DATE:20991110"), Cancel);
        string[] import = ["dates", "import", file, "--data", folder.Path];

        var refused = await AlertsCommand.RunAsync(import, Cancel);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--zone", refused.Errors[0], StringComparison.Ordinal);
        Assert.Equal(2, (await AlertsCommand.RunAsync([.. import, "--zone", "Mars/Olympus"], Cancel)).ExitCode);
        Assert.Equal(["added 1, revised 0, edited 0, unchanged 0"],
            (await AlertsCommand.RunAsync([.. import, "--zone", "Europe/Berlin"], Cancel)).Output);

        await File.WriteAllTextAsync(file,
            Event("DTSTART;VALUE=DATE:20991111\nURL:mailto:x@example.org\nDESCRIPTION:D"), Cancel);
        var shown = await AlertsCommand.RunAsync([.. import, "--zone", "Europe/Berlin", "--dry-run"], Cancel);
        Assert.Equal(
            [
                "a: moved", "  summary: (none) -> D",
                    "  when: 2099-11-10 (all day) Europe/Berlin -> 2099-11-11 (all day) Europe/Berlin",
                "added 0, revised 1, edited 0, unchanged 0",
                    "Nobody is notified on saving. This was a dry run: nothing was stored.",
            ],
            shown.Output);
        Assert.StartsWith("Warning: Event 'a': has the URL 'mailto:x@example.org'", Assert.Single(shown.Errors),
            StringComparison.Ordinal);
        Assert.Contains("2099-11-10",
            (await AlertsCommand.RunAsync(["dates", "list", "--data", folder.Path], Cancel)).Output[0],
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dates list", "There are no key dates.")]
    [InlineData("failed list", "No alert or message has failed or expired.")]
    [InlineData("sources list", "There are no sources.")]
    public async Task A_list_with_nothing_in_it_says_so(string command, string sentence)
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("none.json");
        await File.WriteAllTextAsync(file, "[]", Cancel);
        var made = await AlertsCommand.RunAsync(["dates", "import", file, "--data", folder.Path], Cancel);
        Assert.Equal(0, made.ExitCode);

        var run = await AlertsCommand.RunAsync([.. command.Split(' '), "--data", folder.Path], Cancel);

        Assert.Equal((0, sentence), (run.ExitCode, Assert.Single(run.Output)));
        Assert.Empty(run.Errors);
    }

    [Theory]
    [InlineData("dates list")]
    [InlineData("dates export")]
    [InlineData("failed list")]
    [InlineData("failed resend")]
    [InlineData("audit")]
    [InlineData("dates import FILE --dry-run")]
    public async Task A_command_that_only_reads_makes_no_database(string command)
    {
        using var folder = new TemporaryFolder();
        var file = folder.At("dates.ics");
        await File.WriteAllTextAsync(file, Event("SUMMARY:S\nDTSTART:20991110T000000Z"), Cancel);
        var mistyped = folder.At("mistyped");

        var run =
            await AlertsCommand.RunAsync(
                [.. command.Replace("FILE", file, StringComparison.Ordinal).Split(' '), "--data", mistyped], Cancel);

        Assert.Equal((2, 0), (run.ExitCode, run.Output.Count));
        Assert.Contains("there is no database in", Assert.Single(run.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(mistyped));
    }

    private static string Event(string content) =>
        $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n{content}\nEND:VEVENT\nEND:VCALENDAR\n";
}
