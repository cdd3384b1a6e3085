using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Section 14 of the contract: shipped dates that enter at the same time are told in one email, here by a service whose
/// catalogue is switched on after somebody subscribed.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed partial class Shipped_dates_of_one_moment_are_one_email
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dates_that_enter_at_the_start_are_told_in_one_email()
    {
        using var folder = new TemporaryFolder();
        await using (var before = Start(folder, shipsDates: false))
        {
            await before.WaitForListeningAsync(Cancel);
            await SubscribeAsync(before, folder);
            before.Terminate();
            await before.WaitForExitAsync(Cancel);
        }

        await using var after = Start(folder, shipsDates: true);
        await after.WaitForListeningAsync(Cancel);
        await Eventually.BecomesTrueAsync(
            "the email of several dates is there", () => Task.FromResult(Mails(folder, "ag_").Length > 0), Cancel);
        after.Terminate();
        await after.WaitForExitAsync(Cancel);

        Assert.Single(Mails(folder, "ag_"));
        Assert.Empty(Mails(folder, "al_"));
    }

    private static AlertsProcess Start(TemporaryFolder folder, bool shipsDates) => AlertsProcess.Start(
        [
            "serve", "--urls", FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}"), "--data",
            folder.Path, "--clock", "2025-10-25T13:00:00Z", "--speed", "1",
        ],
        settings: new Dictionary<string, string> { ["Alerts__Dates__Shipped"] = shipsDates ? "true" : "false" });

    private static string[] Mails(TemporaryFolder folder, string prefix) =>
        Directory.Exists(folder.At("outbox")) ? Directory.GetFiles(folder.At("outbox"), prefix + "*.eml") : [];

    private static async Task SubscribeAsync(AlertsProcess process, TemporaryFolder folder)
    {
        using var body = new StringContent(new JsonObject
        {
            ["channel"] = new JsonObject { ["type"] = "email", ["address"] = "reader@example.com" },
            ["leads"] = new JsonArray("P60D"),
            ["timeZone"] = "UTC",
        }.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var asked = await process.Http.PostAsync("/api/subscriptions", body, Cancel);
        asked.EnsureSuccessStatusCode();
        await Eventually.BecomesTrueAsync(
            "the confirmation is there", () => Task.FromResult(Mails(folder, "").Length == 1), Cancel);
        var mail = await MimeKit.MimeMessage.LoadAsync(Mails(folder, "")[0], Cancel);
        using var confirmed = await process.Http.PostAsync(Link().Match(mail.TextBody!).Value, null, Cancel);
        confirmed.EnsureSuccessStatusCode();
    }

    [GeneratedRegex(@"/confirm/\S+")]
    private static partial Regex Link();
}
