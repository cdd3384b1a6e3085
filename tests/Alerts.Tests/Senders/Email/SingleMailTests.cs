using System.Text.RegularExpressions;
using Alerts.Dates;
using Alerts.Senders;

namespace Alerts.Tests.Senders.Email;

/// <summary>Tests the bytes of a mail with one alert, which may change only when its text is meant to change.</summary>
public sealed partial class SingleMailTests
{
    private const string Folder = "tests/Alerts.Tests/Senders/Email/single-mails/";

    public static TheoryData<string> Names => ["reminder", "reminder-late", "rescheduled", "reinstated", "cancelled"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_email_of_one_alert_is_byte_for_byte_as_before(string name)
    {
        var file = RepositoryRoot.At($"{Folder}{name}.eml.txt");
        var written = Boundary().Replace(Mails.Raw(MessageOf(name)), "=-boundary");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "true")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, written.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), written.ReplaceLineEndings("\n"));
        Assert.Contains($"Message-ID: <{Mails.Key}@example.com>", written, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Alerts-Keys", written, StringComparison.OrdinalIgnoreCase);
    }

    private static OutboundAlert MessageOf(string name)
    {
        var date = Mails.Date() with { CheckedOn = new(2025, 10, 25) };
        var moved = Mails.Date("2026-11-10T00:01", revision: 2);
        var cancelled = Mails.Date(status: DateStatus.Cancelled, revision: 2);
        return name switch
        {
            "reminder" => Mails.Reminder(date, "2025-11-09T14:00:00Z", "Asia/Tokyo"),
            "reminder-late" => Mails.Reminder(
                date with { Status = DateStatus.Tentative }, "2025-11-09T16:00:00Z", dueAt: "2025-11-09T14:00:00Z"),
            "rescheduled" => Mails.Correction(moved, Mails.Date(), reason: "Extended for a year."),
            "reinstated" => Mails.Correction(Mails.Date(revision: 3), cancelled),
            "cancelled" => Mails.Correction(cancelled, Mails.Date(), reason: "Called off."),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    /// <summary>Matches MIME boundaries, which are random.</summary>
    [GeneratedRegex("=-[A-Za-z0-9+/]+==?")]
    private static partial Regex Boundary();
}
