using System.CommandLine;
using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.App;

/// <summary><c>alerts failed list|resend</c>: lists alerts that failed or expired, and resends them.</summary>
internal static class FailedCommands
{
    public static Command Make(Option<string> data)
    {
        var list = new Command("list", "Lists the alerts and messages that failed or expired.") { data };
        var resend = new Command("resend", "Sends failed alerts again, unless their date has changed since.") { data };
        list.SetAction((parsed, cancel) => ListAsync(parsed.GetValue(data)!, cancel));
        resend.SetAction((parsed, cancel) => ResendAsync(parsed.GetValue(data)!, cancel));
        return new Command("failed", "Lists what failed or expired, and sends it again.") { list, resend };
    }

    private static async Task<int> ListAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.OpenExisting(data);
        var isEmpty = true;
        await foreach (var delivery in services.GetRequiredService<IDeliveries>().GaveUpAsync(cancel))
        {
            isEmpty = false;
            Console.WriteLine(
                $"{delivery.Key} {delivery.SubscriptionId} {What(delivery)} "
                + $"{delivery.State.Word()}: {delivery.Reason}");
        }

        if (isEmpty)
        {
            Console.WriteLine("No alert or message has failed or expired.");
        }

        return 0;
    }

    private static async Task<int> ResendAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.OpenExisting(data);
        var deliveries = services.GetRequiredService<IDeliveries>();
        var results = new List<Resent>();
        await foreach (var delivery in deliveries.GaveUpAsync(cancel).Where(one => one.Kind != AlertKind.Service))
        {
            results.Add(await deliveries.ResendAsync(delivery, cancel));
        }

        Console.WriteLine(
            $"queued {results.Count(result => result == Resent.Queued)}, "
            + $"superseded {results.Count(result => result == Resent.Superseded)}");
        return 0;
    }

    /// <summary>Describes an alert, or the purpose of a service message.</summary>
    private static string What(Delivery delivery) => delivery.Kind == AlertKind.Service
        ? $"{delivery.Channel} {delivery.Purpose}"
        : $"{delivery.KeyDateId} r{delivery.Revision} {delivery.Kind.Word()} {delivery.Lead}";
}
