using System.CommandLine;
using Alerts.Audit;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using MimeKit;

namespace Alerts.App;

/// <summary>
/// <c>alerts demo</c>: replays 24 October to 11 November 2025 with three subscribers and the shipped
/// dates as they really moved.
/// </summary>
internal static class DemoCommand
{
    /// <summary>File that marks a folder which the demo may empty.</summary>
    private const string Marker = ".alerts-demo";

    private static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 0, 0);
    private static readonly Instant End = Instant.FromUtc(2025, 11, 12, 0, 0);

    public static Command Make()
    {
        var data = new Option<string>("--data")
        {
            Description = "The demo's own folder, emptied if it holds an earlier demo.",
            DefaultValueFactory = _ => "demo",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Prints one JSON object for each alert when it is delivered.",
        };
        var command = new Command("demo", "Replays 24 October to 11 November 2025 on a simulated clock.")
        {
            data,
            json,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(data)!, parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string path, bool json)
    {
        MakeFolder(path);
        var settings = new Settings(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Alerts:Webhooks:AllowLoopback"] = "true",
            ["Alerts:Watch:Every"] = "PT6H",
        }).Build());
        var clock = new ServiceClock(TimeProvider.System, Start, speed: 0);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        services.AddAlerts(
            settings, Commands.FolderOf(path, settings), clock, ServeCommand.DefaultUrl, withCatalogue: true);
        services.AddSingleton<DemoReceiver>();
        await using var provider = services.BuildServiceProvider();
        var receiver = provider.GetRequiredService<DemoReceiver>();
        await receiver.StartAsync();

        var output = DemoOutput.For(json);
        var arrived = new List<string>();
        void Sent(OutboundMessage message, SendResult result)
        {
            var alerts = message is OutboundDigest several ? several.Alerts : message is OutboundAlert one ? [one] : [];
            if (result is Delivered)
            {
                lock (arrived)
                {
                    foreach (var alert in alerts)
                    {
                        arrived.Add(alert.Id);
                        output.Show(alert, message.Id);
                    }
                }
            }
        }

        IReadOnlyList<IChannel> observed =
            [.. provider.GetServices<IChannel>().Select(channel => new ObservedChannel(channel, Sent))];
        await using (var simulation = ActivatorUtilities.CreateInstance<Simulation>(provider, observed))
        {
            await simulation.StartAsync();
            await SubscribeAsync(
                provider.GetRequiredService<ISubscriptions>(), provider.GetRequiredService<ChannelKinds>(), receiver,
                simulation);
            await output.RunAsync(() => simulation.RunUntilAsync(End));
        }

        await receiver.StopAsync();
        return await ConcludeAsync(provider, receiver, arrived, path, output);
    }

    private static async Task SubscribeAsync(
        ISubscriptions subscriptions, ChannelKinds channels, DemoReceiver receiver, Simulation simulation)
    {
        var newYork = await MakeAsync(
            EmailKind.ChannelName,
            "newyork@example.com",
            PreferencesOf("America/New_York", "09:00", [], "P7D P1D PT1H P0D"));
        var tokyo = await MakeAsync(
            EmailKind.ChannelName,
            "tokyo@example.com",
            PreferencesOf("Asia/Tokyo", "08:00", ["us-china"], "P3D P1D P0D") with
            {
                QuietHours = new QuietHours(new LocalTime(22, 0), new LocalTime(7, 0)),
            });
        var webhook = await MakeAsync(
            WebhookKind.ChannelName, receiver.Url, PreferencesOf("UTC", "09:00", ["tariffs"], "P14D P1D PT0S"));
        receiver.Secret.SetResult(webhook.Secrets[0].Text);
        await simulation.SettleAsync();
        await subscriptions.ConfirmAsync(newYork.Id, CancellationToken.None);
        await subscriptions.ConfirmAsync(tokyo.Id, CancellationToken.None);

        async Task<Subscription> MakeAsync(string channel, string address, Preferences preferences) =>
            (await subscriptions.SubscribeAsync(
                new Target(channels.Of(channel), address), preferences, SubscriptionIdentity.Random(),
                CancellationToken.None))!; // not null: no other request has this random identity
    }

    private static Preferences PreferencesOf(string zone, string at, string[] topics, string leads) => new(
        [],
        topics,
        [
            .. leads.Split(' ')
                .Select(text =>
                    LeadText.TryParse(text, out var lead, out var error)
                        ? lead : throw new InvalidOperationException(error)),
        ],
        DateTimeZoneProviders.Tzdb[zone],
        TimeText.Minutes.Parse(at).Value,
        null);

    private static async Task<int> ConcludeAsync(
        ServiceProvider provider, DemoReceiver receiver, List<string> arrived, string path, DemoOutput output)
    {
        var count = await provider.GetRequiredService<IAudit>().RunAsync(null, End, CancellationToken.None);
        var mails = Directory.GetFiles(provider.GetRequiredService<DataFolder>().Outbox, "a?_*.eml");
        var received = mails.SelectMany(KeysOf).Concat(receiver.Verified).ToList();
        var once =
            received.Count == received.Distinct().Count()
            && received.Order().SequenceEqual(arrived.Order())
            && received.Count == count[DeliveryState.Delivered];
        var settled = count[DeliveryState.Delivered] + count[DeliveryState.Void] == count.Owed;
        var good = count.IsClean && once && settled && receiver.Refused == 0;
        output.Total(Counts(count));
        var mailed = arrived.Count - receiver.Verified.Count;
        output.Total($"{mailed} by email, in {mails.Length} emails; {receiver.Verified.Count} by webhook.");
        output.Total(
            $"The webhook receiver verified {receiver.Verified.Count} signatures and refused {receiver.Refused}.");
        output.Total(
            count.IsClean
                ? "Audit: clean, nothing missing, nothing unexpected."
                : $"Audit: {count.Missing} missing, {count.Unexpected} unexpected, {count.Stale} stale.");
        foreach (var (_, problem) in count.Problems)
        {
            output.Total(problem);
        }

        var outbox = Path.GetFullPath(provider.GetRequiredService<DataFolder>().Outbox);
        output.Total($"The emails are in {outbox}. To read them, run");
        output.Total($"  {OwnCommand.Text("serve --data " + path)}");
        output.Total($"and open {ServeCommand.DefaultUrl.At("/outbox")}.");
        return good ? 0 : 1;
    }

    /// <summary>
    /// Summarizes the counts. Void alerts are not counted as due: they were overtaken before they were sent.
    /// </summary>
    private static string Counts(AuditCount count)
    {
        var due = count.Owed - count[DeliveryState.Void];
        var overtaken = count[DeliveryState.Void] is > 0 and var voided
            ? $" ({voided} more became needless before they were due)" : "";
        var lost = count[DeliveryState.Failed] + count[DeliveryState.Expired] is > 0 and var unsent
            ? $", {unsent} could not be sent" : "";
        return $"{due} alerts were due, {count[DeliveryState.Delivered]} were sent{lost}{overtaken}.";
    }

    /// <summary>The keys of the alerts in an email file.</summary>
    private static IEnumerable<string> KeysOf(string file)
    {
        using var stream = File.OpenRead(file);
        return HeaderList.Load(stream)["X-Alerts-Keys"] is { } keys
            ? keys.Split(',', StringSplitOptions.TrimEntries)
            : [Path.GetFileNameWithoutExtension(file)];
    }

    private static void MakeFolder(string path)
    {
        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                if (!File.Exists(Path.Combine(path, Marker)))
                {
                    throw new BadArgumentException(
                        $"the folder {path} holds something else than an earlier demo: "
                        + "name an empty or new one with --data.");
                }

                Directory.Delete(path, recursive: true);
            }

            OwnerOnly.CreateFolder(path);
            using var marker = OwnerOnly.OpenFile(Path.Combine(path, Marker), FileMode.Create, FileAccess.Write,
                FileShare.None);
            marker.Write("Made by alerts demo, which may empty this folder.\n"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadArgumentException($"cannot write to the folder {path}: {e.Message}");
        }
    }
}
