using System.CommandLine;
using Alerts.Core;
using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.App;

/// <summary>
/// <c>alerts mail test ADDRESS</c>: sends one email with the configured settings and prints the server's answer. It
/// does not open the store.
/// </summary>
internal static class MailCommands
{
    public static Command Make(Option<string> data)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Where the test mail goes." };
        var test = new Command(
            "test",
            "Sends a test mail and prints the server's answer; exit code 1 if it was refused.")
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
        var response = $"{result.Status} {result.Response}".Trim();
        Console.WriteLine(result is Delivered ? $"Sent: {response}" : $"Not sent: {response}");
        return result is Delivered ? 0 : 1;
    }
}
