using System.CommandLine;
using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Subscriptions;

namespace Alerts.App;

/// <summary>
/// <c>alerts mail test ADDRESS</c>: sends one email with the configured settings and prints the server's answer. It
/// does not open the store.
/// </summary>
internal static class MailCommands
{
    public static Command Make(Option<string> data)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Where the test email goes." };
        var test = new Command(
            "test", "Sends a test email and prints the server's answer; exit code 1 if it was refused.")
        {
            address,
            data,
        };
        test.SetAction((parsed, cancel) => TestAsync(parsed.GetValue(data)!, parsed.GetValue(address)!, cancel));
        return new Command("mail", "Checks the email settings.") { test };
    }

    private static async Task<int> TestAsync(string data, string address, CancellationToken cancel)
    {
        if (MailAddress.Problem(address) is { } problem)
        {
            throw new BadArgumentException(problem);
        }

        var settings = new Settings(Commands.Configuration());
        var services = new ServiceCollection();
        services.AddSingleton(settings.PublicUrl() ?? ServeCommand.DefaultUrl);
        services.AddSingleton(new Tokens(new byte[32])); // a dummy key: the email has no links
        services.AddEmail(settings, Commands.FolderOf(data, settings), TimeProvider.System);
        await using var provider = services.BuildServiceProvider();
        var result = await provider.GetRequiredService<OperatorMail>().TestAsync(
            MailAddress.Stored(address)!, // not null: the address is valid
            Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
            cancel);
        var isDelivered = result is Delivered;
        Console.WriteLine(isDelivered && provider.GetRequiredService<OutboxFolder>().Path is { } outbox
            ? $"Nothing was sent: Alerts:Email:Provider is Outbox. The email is in {outbox}."
            : $"{(isDelivered ? "Sent" : "Not sent")}: {Answer(result)}");
        return isDelivered ? 0 : 1;
    }

    /// <summary>The server's answer with its code, or why there is none.</summary>
    private static string Answer(SendResult result)
    {
        var (code, text) = ($"{result.Status}", result.ChannelFailure ?? result.Response ?? "");
        return text.StartsWith(code, StringComparison.Ordinal) ? text : $"{code} {text}";
    }
}
