using System.CommandLine;
using Alerts.Ledger;
using Alerts.Stores.Sqlite;

namespace Alerts.App;

/// <summary><c>alerts failed list|resend</c>: what gave up, and sending it again.</summary>
internal static class FailedCommands
{
    private const int PageSize = 500;

    public static Command Make(Option<string> data)
    {
        var list = new Command("list", "Lists what failed or expired.") { data };
        var resend = new Command("resend", "Queues all of it again that is still of its date's current revision.") { data };
        list.SetAction(parsed => List(parsed.GetValue(data)!));
        resend.SetAction(parsed => Resend(parsed.GetValue(data)!));
        return new Command("failed", "What gave up, and sending it again.") { list, resend };
    }

    private static int List(string data)
    {
        using var services = Commands.Open(data);
        foreach (var (_, delivery) in All(services))
        {
            Console.WriteLine($"{delivery.Key} {delivery.SubscriptionId} {delivery.KeyDateId} r{delivery.Revision} {delivery.Kind.Word()} {delivery.Lead} {delivery.State.ToString().ToLowerInvariant()}: {delivery.Reason}");
        }

        return 0;
    }

    private static int Resend(string data)
    {
        using var services = Commands.Open(data);
        var deliveries = services.GetRequiredService<SqliteDeliveries>();
        var results = All(services).Select(one => deliveries.Resend(one.Number)).ToList();
        Console.WriteLine($"queued {results.Count(result => result == Resent.Queued)}, superseded {results.Count(result => result == Resent.Superseded)}");
        return 0;
    }

    private static IEnumerable<(long Number, Delivery Delivery)> All(ServiceProvider services)
    {
        var deliveries = services.GetRequiredService<SqliteDeliveries>();
        for (var page = deliveries.GaveUp(0, PageSize); page.Count > 0; page = deliveries.GaveUp(page[^1].Number, PageSize))
        {
            foreach (var one in page)
            {
                yield return one;
            }
        }
    }
}
