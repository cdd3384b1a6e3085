using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using MimeKit;

namespace Alerts.Tests.EndToEnd;

/// <summary>The first command a newcomer runs: three subscribers, and the shipped dates as they really moved.</summary>
[Collection(RealProcesses.OneAtATime)]
public sealed partial class The_demo_shows_every_alert_once
{
    private const string NewYork = "newyork@example.com";
    private const string Tokyo = "tokyo@example.com";

    /// <summary>
    /// The expected alerts, worked out by hand from the contract: to, date, revision, kind, lead, due.
    /// </summary>
    private static readonly (string To, string Date, int Revision, string Kind, string Lead, string DueAt)[] Story =
    [
        // The dates are added at noon on 25 October. Leads that have passed by then are replaced by one alert at short
        // notice.
        (NewYork, "apec-leaders-2025", 1, "reminder", "P7D", "2025-10-25T12:00:00Z"),
        (NewYork, "trump-xi-meeting-2025", 1, "reminder", "P7D", "2025-10-25T12:00:00Z"),
        ("webhook", "us-tariffs-china-100", 1, "reminder", "P14D", "2025-10-25T12:00:00Z"),

        // 100% tariffs on 1 November, shelved on 30 October: everyone notified of them is sent the cancellation.
        (NewYork, "us-tariffs-china-100", 1, "reminder", "P7D", "2025-10-25T13:00:00Z"), // 09:00 in New York
        (Tokyo, "us-tariffs-china-100", 1, "reminder", "P3D", "2025-10-28T23:00:00Z"), // 08:00 in Tokyo
        (NewYork, "us-tariffs-china-100", 2, "cancelled", "-", "2025-10-30T12:00:00Z"),
        (Tokyo, "us-tariffs-china-100", 2, "cancelled", "-", "2025-10-30T12:00:00Z"),
        ("webhook", "us-tariffs-china-100", 2, "cancelled", "-", "2025-10-30T12:00:00Z"),

        // The meeting on 30 October in Seoul, where the day begins at 15:00 UTC on the 29th. It has no tariffs topic,
        // so the webhook gets nothing.
        (Tokyo, "trump-xi-meeting-2025", 1, "reminder", "P3D", "2025-10-26T23:00:00Z"),
        (Tokyo, "trump-xi-meeting-2025", 1, "reminder", "P1D", "2025-10-28T23:00:00Z"),
        (NewYork, "trump-xi-meeting-2025", 1, "reminder", "P1D", "2025-10-29T13:00:00Z"),
        (NewYork, "trump-xi-meeting-2025", 1, "reminder", "PT1H", "2025-10-29T14:00:00Z"),
        (Tokyo, "trump-xi-meeting-2025", 1, "reminder", "P0D", "2025-10-29T23:00:00Z"),
        (NewYork, "trump-xi-meeting-2025", 1, "reminder", "P0D", "2025-10-30T13:00:00Z"),

        // The leaders' meeting from 31 October: only the New York subscriber follows all topics.
        (NewYork, "apec-leaders-2025", 1, "reminder", "P1D", "2025-10-30T13:00:00Z"),
        (NewYork, "apec-leaders-2025", 1, "reminder", "PT1H", "2025-10-30T14:00:00Z"),
        (NewYork, "apec-leaders-2025", 1, "reminder", "P0D", "2025-10-31T13:00:00Z"),

        // The truce of 10 November, moved by a year on the 4th. Tokyo had not been notified yet, so it gets nothing.
        ("webhook", "us-china-truce-expiry", 1, "reminder", "P14D", "2025-10-27T09:00:00Z"),
        // New York is back on standard time
        (NewYork, "us-china-truce-expiry", 1, "reminder", "P7D", "2025-11-03T14:00:00Z"),
        (NewYork, "us-china-truce-expiry", 2, "rescheduled", "-", "2025-11-04T12:00:00Z"),
        ("webhook", "us-china-truce-expiry", 2, "rescheduled", "-", "2025-11-04T12:00:00Z"),
    ];

    [Fact]
    public async Task In_the_order_of_the_story_with_the_keys_of_the_contract_and_a_mail_for_each()
    {
        using var folder = new TemporaryFolder();
        var data = folder.At("demo");

        var demo = await AlertsCommand.RunAsync(["demo", "--json", "--data", data], Cancel);

        Assert.True(demo.ExitCode == 0, string.Join('\n', demo.Output.Concat(demo.Errors)));
        var lines = demo.Output.Select(line => JsonNode.Parse(line)!).ToList();
        var alerts = lines.Where(line => line["alertKey"] is not null).ToList();
        Assert.Equal(
            Story.Order(),
            alerts
                .Select(alert =>
                    (
                        (string)alert["to"]!,
                        (string)alert["keyDateId"]!,
                        (int)alert["revision"]!,
                        (string)alert["kind"]!,
                        (string)alert["lead"]!,
                        (string)alert["dueAt"]!))
                .Order());
        Assert.Equal(
            alerts.Select(alert => (string)alert["at"]!), alerts.Select(alert => (string)alert["at"]!).Order());
        Assert.All(alerts, alert => Assert.Equal((string)alert["dueAt"]!, (string)alert["at"]!));
        Assert.All(alerts, alert => Assert.False((bool)alert["late"]!));

        var ids = SubscriptionIds(Path.Combine(data, "alerts.db"));
        Assert.All(alerts, alert =>
            Assert.Equal(
                ContractKey.Of(
                    ids[(string)alert["to"]!],
                    (string)alert["keyDateId"]!,
                    (int)alert["revision"]!,
                    (string)alert["kind"]!,
                    (string)alert["lead"]!),
                (string)alert["alertKey"]!));

        Assert.All(alerts, alert => Assert.Equal((string)alert["to"]! == "webhook", alert["mail"] is null));
        var mailed = alerts.Where(alert => alert["mail"] is not null).ToLookup(alert => (string)alert["mail"]!);
        var files = Directory.GetFiles(Path.Combine(data, "outbox"), "a?_*.eml");
        Assert.Equal(
            mailed.Select(mail => mail.Key).Order(),
            files.Select(file => Path.GetFileNameWithoutExtension(file)).Order());
        foreach (var file in files)
        {
            using var mail = await MimeMessage.LoadAsync(
                new MemoryStream(MailCheck.Checked(await File.ReadAllBytesAsync(file, Cancel))), Cancel);
            var its = mailed[Path.GetFileNameWithoutExtension(file)].ToList();
            Assert.All(its, alert => LooksAsAnAlertMailShould(mail, alert));
            Assert.Equal(
                its.Count == 1 ? null : string.Join(", ", its.Select(alert => (string)alert["alertKey"]!)),
                mail.Headers["X-Alerts-Keys"]);
        }

        // One reader's reminders for the same instant form one email; corrections form another.
        Assert.Equal(
            mailed.SelectMany(mail => mail).GroupBy(alert => (
                (string)alert["to"]!, (string)alert["dueAt"]!, (string)alert["kind"]! == "reminder"))
                .Select(together => together.Count()).Order(),
            mailed.Select(mail => mail.Count()).Order());
        Assert.Contains(mailed, mail => mail.Count() == 2);
    }

    [Fact]
    public async Task It_begins_afresh_on_its_own_folder_and_leaves_others_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("mine.txt"), "not a demo", Cancel);

        var refused = await AlertsCommand.RunAsync(["demo", "--data", folder.Path], Cancel);
        var first = await AlertsCommand.RunAsync(["demo", "--json", "--data", folder.At("demo")], Cancel);
        var second = await AlertsCommand.RunAsync(["demo", "--json", "--data", folder.At("demo")], Cancel);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(folder.Path, Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Equal("not a demo", await File.ReadAllTextAsync(folder.At("mine.txt"), Cancel));
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(first.Output.Count, second.Output.Count);
    }

    private static void LooksAsAnAlertMailShould(MimeMessage mail, JsonNode alert)
    {
        Assert.Equal((string)alert["to"]!, mail.To.Mailboxes.Single().Address);
        Assert.StartsWith((string)alert["mail"]! + "@", mail.MessageId, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(mail.Subject));
        Assert.NotNull(mail.Headers["List-Id"]);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        Assert.Matches("^<https?://[^/]+/unsubscribe/[^>]+>$", mail.Headers["List-Unsubscribe"]);
        foreach (var text in new[] { mail.TextBody, mail.HtmlBody })
        {
            Assert.Contains("/manage/", text, StringComparison.Ordinal);
            Assert.Contains("/unsubscribe/", text, StringComparison.Ordinal);
            Assert.Contains("https://", text, StringComparison.Ordinal); // the link to the source
        }

        var calendar = mail
            .BodyParts.OfType<TextPart>()
            .Single(part => part.ContentType.IsMimeType("text", "calendar"));
        Assert.Equal("PUBLISH", calendar.ContentType.Parameters["method"]);
        var lines = LineFold().Replace(calendar.Text, "").Split('\n', StringSplitOptions.TrimEntries);
        Assert.Contains("UID:" + (string)alert["keyDateId"]!, lines);
        Assert.Contains(FormattableString.Invariant($"SEQUENCE:{(int)alert["revision"]! - 1}"), lines);
        Assert.Equal((string)alert["kind"]! == "cancelled", lines.Contains("STATUS:CANCELLED"));
    }

    /// <summary>
    /// Reads the subscription ids by address, or by channel for the webhook: the demo's output does not contain the ids
    /// from which its keys are made.
    /// </summary>
    private static Dictionary<string, string> SubscriptionIds(string database)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT CASE channel WHEN 'webhook' THEN 'webhook' ELSE address END, id FROM subscriptions";
        using var rows = command.ExecuteReader();
        var ids = new Dictionary<string, string>();
        while (rows.Read())
        {
            ids.Add(rows.GetString(0), rows.GetString(1));
        }

        return ids;
    }

    /// <summary>RFC 5545, section 3.1: a line that begins with a space or a tab continues the line before it.</summary>
    [GeneratedRegex("\r?\n[ \t]")]
    private static partial Regex LineFold();
}
