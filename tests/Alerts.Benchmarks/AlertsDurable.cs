using System.Diagnostics;
using Alerts.Queue;
using Alerts.Senders.Email;
using Alerts.Watch;
using Microsoft.Extensions.Logging.Abstractions;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures this service: from before a date is added, through plan, ledger, claim, pre-send check and sender, until
/// the ledger on disk says delivered for every subscription. The subscriptions exist before.
/// </summary>
internal static class AlertsDurable
{
    /// <returns>Reminders per second.</returns>
    public static Task<double> RateAsync(int count) =>
        RateAsync(new Nowhere(new EmailKind(), count, slots: 2_000, maxBatchSize: 1), count);

    /// <returns>
    /// Number of calls made to a channel that takes up to <paramref name="maxBatchSize"/> mails of one text per call,
    /// as SendGrid does.
    /// </returns>
    public static async Task<int> CallsAsync(int count, int maxBatchSize)
    {
        var channel = new Nowhere(new EmailKind(), count, 4 * maxBatchSize, maxBatchSize);
        await RateAsync(channel, count);
        return channel.Calls;
    }

    private static async Task<double> RateAsync(Nowhere channel, int count)
    {
        using var folder = new TemporaryFolder();
        using var service = new Service(folder.Of("data"));
        service.AddSubscriptions(count, [Service.Preferences("UTC", 9, "PT0S")]);
        var watcher = service.Get<Watcher>();
        await watcher.RunAsync(CancellationToken.None);
        var queue = service.Get<IQueue>();
        var signal = service.Get<ChangeSignal>();
        using var stopping = new CancellationTokenSource();
        var loop = Task.Run(() => new ChannelLoop(channel, queue, service.Clock, signal, service.Get<ServiceHealth>(),
            NullLogger<ChannelLoop>.Instance).RunAsync(stopping.Token));

        var began = Stopwatch.GetTimestamp();
        var at = service.Clock.Now + Duration.FromMinutes(5);
        await service.AddAsync("date", at);
        await watcher.FollowChangesAsync(CancellationToken.None);
        service.Clock.JumpTo(at);
        signal.Raise();
        await channel.AllSent;
        while (!await queue.IsQuietAsync(service.Clock.Now, CancellationToken.None))
        {
            await Task.Delay(1);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await stopping.CancelAsync();
        await loop;
        var delivered = service.Database.Read(session =>
            session.Number("SELECT count(*) FROM deliveries WHERE state = 3"));
        return delivered == count
            ? count / seconds
            : throw new InvalidOperationException($"{delivered} of {count} were delivered.");
    }
}
