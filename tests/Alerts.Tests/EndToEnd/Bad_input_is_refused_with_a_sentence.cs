using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// When a command, its settings or its files are wrong, the program prints one sentence that says what is wrong, exits
/// with an error code and stores nothing.
/// </summary>
public sealed class Bad_input_is_refused_with_a_sentence(Bad_input_is_refused_with_a_sentence.NoDates none)
    : IClassFixture<Bad_input_is_refused_with_a_sentence.NoDates>
{
    /// <summary>
    /// Columns: other settings that make this one matter, separated by spaces; its name; its value; what the sentence
    /// must contain besides the name.
    /// </summary>
    public static TheoryData<string, string, string, string> BadSettings => new()
    {
        { "", "PublicUrl", "alerts.example.com", "https://" },
        { "", "PublicUrl", "ftp://alerts.example.com", "https://" },
        { "", "Store", "Mongo", "\"Mongo\"" },
        { "", "Store", "TableStorage", "Sqlite" }, // needs the queue ServiceBus
        { "", "Queue", "Kafka", "\"Kafka\"" },
        { "", "Queue", "ServiceBus", "Store" }, // needs the store TableStorage
        { "", "Email:Provider", "Pigeon", "Smtp" },
        { "", "Email:Provider", "SendGrid", "Email:From" }, // the missing setting, which SendGrid requires
        { "Email:From=a@example.com", "Email:Provider", "SendGrid", "Email:SendGrid:ApiKey" },
        {
            "Email:From=a@example.com Email:Provider=SendGrid Email:SendGrid:ApiKey=SG.x",
            "Email:SendGrid:ApiHost",
            "http://api.sendgrid.com",
            "https"
        },
        {
            "Email:From=a@example.com Email:Provider=SendGrid Email:SendGrid:ApiKey=SG.x",
            "Email:SendGrid:EventPublicKey",
            "bm8ga2V5",
            "base64"
        },
        { "", "Email:From", "nobody at all <", "alerts@example.com" },
        { "", "Email:From", "nope", "alerts@example.com" }, // only half an address
        { "", "Email:Provider", "Smtp", "Email:From" }, // the missing setting, which Smtp requires
        { "Email:From=a@example.com", "Email:Provider", "Smtp", "Email:Smtp:Host" },
        { "Email:From=a@example.com Email:Provider=Smtp", "Email:Smtp:Host", "127.0.0.1:25", "Email:Smtp:Host" },
        { "Email:From=a@example.com Email:Provider=Smtp", "Email:Smtp:Host", "mail example", "Email:Smtp:Host" },
        {
            "Email:From=a@example.com Email:Provider=Smtp Email:Smtp:Host=localhost",
            "Email:Smtp:User", "alerts", "Email:Smtp:Password"
        },
        {
            "Email:From=a@example.com Email:Provider=Smtp Email:Smtp:Host=localhost",
            "Email:Smtp:Port",
            "99999",
            "65535"
        },
        {
            "Email:From=a@example.com Email:Provider=Smtp Email:Smtp:Host=localhost",
            "Email:Smtp:Security",
            "Maybe",
            "StartTls"
        },
        { "", "Dates:Shipped", "perhaps", "true or false" },
        { "", "Webhooks:AllowLoopback", "yes", "false or true" },
        { "", "Webhooks:AllowedNetworks:0", "10.0.0.0/99", "Webhooks:AllowedNetworks" },
        { "", "Proxies:0", "proxy.example.com", "Alerts:Proxies" },
        { "", "Corrections:Hold", "banana", "PT30S" },
        { "", "Corrections:Hold", "P200000D", "PT30S" },
        { "", "Watch:Every", "PT0S", "PT1S" },
        { "", "Watch:Every", "P1M", "PT30S" },
        { "", "Watch:Schedule", "every minute", "cron expression" },
        { "", "Sources:Schedule", "*/5 * * * *", "cron expression" },
        { "", "ClientAddressHeader", "X-Azure-ClientIP: 1", "name of a header" },
    };

    /// <summary>Columns: the file name; its text; what the sentences must contain.</summary>
    public static TheoryData<string, string, string[]> BadFiles =>
        new()
        {
            {
                "dates.json",
                """
                [
                  {"id":"good","title":"Good","when":{"date":"2026-01-01","timeZone":"UTC"}},
                  {"id":"bad","title":"Bad","when":{"date":"2026-02-30","timeZone":"UTC"}}
                ]
                """,
                ["/1/when/date", "2026-02-30"]
            },
            {
                "dates.json",
                """[{"id":"Bad Id","title":"Bad","when":{"date":"2026-01-01","timeZone":"Mars/Olympus"}}]""",
                ["/0/id", "/0/when/timeZone"]
            },
            {
                "dates.json",
                """{"id":"good","title":"Good","when":{"date":"2026-01-01","timeZone":"UTC"},"colour":"red"}""",
                ["/colour"]
            },
            { "dates.json", """[{"id":"good",""", ["JSON"] },
            { "dates.txt", "tomorrow, perhaps", ["JSON", "BEGIN:VCALENDAR"] },
            {
                "dates.ics",
                "BEGIN:VCALENDAR\r\n"
                    + "BEGIN:VEVENT\r\nUID:good\r\nSUMMARY:Good\r\nDTSTART;VALUE=DATE:20260101\r\nEND:VEVENT\r\n"
                    + "BEGIN:VEVENT\r\nUID:broken-one\r\nSUMMARY:Bad\r\nDTSTART:someday\r\nEND:VEVENT\r\n"
                    + "END:VCALENDAR\r\n",
                ["broken-one", "DTSTART"]
            },
            {
                "dates.ics",
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:every-week\r\nSUMMARY:Bad\r\n"
                    + "DTSTART:20260101T090000Z\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                ["every-week", "RRULE"]
            },
        };

    [Theory]
    [MemberData(nameof(BadSettings))]
    public async Task A_setting_that_cannot_be_used_is_named(string beside, string name, string value, string says)
    {
        using var folder = new TemporaryFolder();
        var settings = beside
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .Append([name, value])
            .ToDictionary(pair => "Alerts__" + pair[0].Replace(":", "__", StringComparison.Ordinal), pair => pair[1]);

        var refused = await ServeAsync(folder, settings);

        Assert.Equal(2, refused.ExitCode);
        var sentence = Assert.Single(refused.Errors);
        Assert.Contains("Alerts:", sentence, StringComparison.Ordinal);
        Assert.Contains(says, sentence, StringComparison.Ordinal);
        Assert.True(
            says.Contains(':', StringComparison.Ordinal) || sentence.Contains(name, StringComparison.Ordinal),
            sentence);
        Assert.Contains("write", sentence, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("AdminKey", "hunter2")]
    [InlineData("TokenKey", "too-short-key")]
    public async Task A_secret_that_cannot_be_used_is_named_and_never_shown(string name, string value)
    {
        using var folder = new TemporaryFolder();

        var refused = await ServeAsync(folder, new Dictionary<string, string> { ["Alerts__" + name] = value });

        Assert.Equal(2, refused.ExitCode);
        var sentence = Assert.Single(refused.Errors);
        Assert.Contains("Alerts:" + name, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(
            value, string.Join('\n', refused.Output.Concat(refused.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_settings_file_that_is_no_JSON_is_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("appsettings.json"), "{ \"Alerts\": { \"Store\": ", Cancel);

        var refused = await AlertsCommand.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0"], Cancel, workingDirectory: folder.Path);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("appsettings.json", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve --banana", "--banana")]
    [InlineData("nonsense", "'nonsense' is not a command: write serve or demo or dates")]
    [InlineData("srve", "did you mean serve?")]
    [InlineData("dates lst", "'lst' is not a command of dates: did you mean list?")]
    [InlineData("mail probe", "'probe' is not a command of mail: write test.")]
    [InlineData("failed --data x", "Write what failed should do: list or resend.")]
    [InlineData("dates show", "'show' is not a command of dates: write list or import or export.")]
    [InlineData("serve --speed 60", "--clock")]
    [InlineData("serve --clock 2025-10-25T00:00:00Z --speed 0", "--speed")]
    [InlineData("serve --clock 2025-10-25T00:00:00Z --speed fast", "--speed")]
    [InlineData("serve --clock yesterday", "--clock")]
    [InlineData("serve --clock 9999-12-31T23:59:59Z", "--clock")]
    [InlineData("serve --clock -9998-01-01T00:00:00Z", "--clock")]
    [InlineData("serve --urls http://localhost:0", "http://127.0.0.1:0")]
    [InlineData("serve --urls alerts.example.com", "--urls")]
    [InlineData("serve --urls https://127.0.0.1:7443", "--urls")]
    [InlineData("audit --from yesterday", "--from")]
    [InlineData("audit --from 2025-10-26T00:00:00Z --to 2025-10-25T00:00:00Z", "--from")]
    [InlineData("failed", "list or resend")]
    [InlineData("failed --data x --no-such y", "list or resend")]
    [InlineData("audit", "--data")] // no service has ever run in this folder
    [InlineData("dates import", "FILE")]
    [InlineData("dates import no-such-file.json", "no-such-file.json")]
    public async Task An_argument_that_cannot_be_used_is_named(string arguments, string names)
    {
        using var folder = new TemporaryFolder();

        var refused = await AlertsCommand.RunAsync(arguments.Split(' '), Cancel, workingDirectory: folder.Path);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(names, Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("serve --urls http://127.0.0.1:0 --data file/data")]
    [InlineData("demo --data file/data")]
    [InlineData("dates list --data file/data")]
    [InlineData("serve --urls http://127.0.0.1:0 --data file")]
    public async Task A_data_folder_that_cannot_be_written_is_named(string arguments)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("file"), "no folder", Cancel);

        var refused = await AlertsCommand.RunAsync(arguments.Split(' '), Cancel, workingDirectory: folder.Path);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("file", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Equal("no folder", await File.ReadAllTextAsync(folder.At("file"), Cancel));
    }

    [Fact]
    public async Task An_address_of_another_machine_is_named()
    {
        using var folder = new TemporaryFolder();

        var refused = await AlertsCommand.RunAsync(
            ["serve", "--urls", "http://192.0.2.1:7171", "--data", folder.At("data")], Cancel); // RFC 5737

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("cannot listen on http://192.0.2.1:7171", Assert.Single(refused.Errors),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        var refused = await AlertsCommand.RunAsync(["serve", "--urls", url, "--data", folder.At("data")], Cancel);

        Assert.Equal(2, refused.ExitCode);
        var sentence = Assert.Single(refused.Errors);
        Assert.Contains(url, sentence, StringComparison.Ordinal);
        Assert.Contains("--urls", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("Listening on", string.Join('\n', refused.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_another_program_holds_is_named()
    {
        using var folder = new TemporaryFolder();
        await using (var before = new AlertsService(folder.At("data")))
        {
            await before.StartAsync(Cancel);
            Assert.Equal(0, await before.StopAsync(Cancel));
        }

        var database = Path.Combine(folder.At("data"), "alerts.db");
        await using var other = new SqliteConnection($"Data Source={database};Pooling=false");
        await other.OpenAsync(Cancel);
        await using var writing = other.BeginTransaction();

        var refused = await AlertsCommand.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0", "--data", folder.At("data")], Cancel);

        Assert.Equal(2, refused.ExitCode);
        var sentence = Assert.Single(refused.Errors);
        Assert.Contains(database, sentence, StringComparison.Ordinal);
        Assert.Contains("locked", sentence, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task A_file_with_one_bad_date_is_refused_whole_and_says_where(
        string name, string content, string[] says)
    {
        await File.WriteAllTextAsync(none.Folder.At(name), content, Cancel);

        var folder = none.Folder.Path;
        var refused = await AlertsCommand.RunAsync(["dates", "import", name], Cancel, workingDirectory: folder);
        var kept = await AlertsCommand.RunAsync(["dates", "export"], Cancel, workingDirectory: folder);

        Assert.Equal(1, refused.ExitCode);
        Assert.All(says, word => Assert.Contains(word, string.Join('\n', refused.Errors), StringComparison.Ordinal));
        Assert.Empty(refused.Output);
        Assert.Equal("[]", string.Concat(kept.Output).Replace(" ", "", StringComparison.Ordinal));
    }

    private static Task<AlertsCommand> ServeAsync(TemporaryFolder folder, Dictionary<string, string> settings) =>
        AlertsCommand.RunAsync(["serve", "--urls", "http://127.0.0.1:0"], Cancel, settings, folder.Path);

    /// <summary>A data folder without dates, shared by all cases because no case may store any.</summary>
    public sealed class NoDates : IAsyncLifetime
    {
        internal TemporaryFolder Folder { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await File.WriteAllTextAsync(Folder.At("none.json"), "[]", Cancel);
            var made = await AlertsCommand.RunAsync(
                ["dates", "import", "none.json"], Cancel, workingDirectory: Folder.Path);
            Assert.Equal(0, made.ExitCode);
        }

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
