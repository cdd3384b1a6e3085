using System.Diagnostics;
using Alerts.Due;
using Alerts.Queue;
using Alerts.Senders;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Alerts.Benchmarks;

/// <summary>
/// This service: from before a date is added, through its plan, the ledger, the claim, the last check and the sender, until the
/// ledger on disk says delivered for every subscription. The subscriptions exist before.
/// </summary>
internal static class AlertsDurable
{
    /// <returns>Reminders a second.</returns>
    public static async Task<double> RateAsync(int count)
    {
        using var folder = new TemporaryFolder();
        using var service = new Service(folder.Of("data"));
        service.Seed(count, [Service.Wish("UTC", 9, "PT0S")]);
        var watcher = service.Get<Watcher>();
        await watcher.RunAsync(CancellationToken.None);
        var queue = service.Get<IQueue>();
        var signal = service.Get<ChangeSignal>();
        var channel = new Nowhere(count);
        using var stopping = new CancellationTokenSource();
        var loop = Task.Run(() => new ChannelLoop(channel, queue, service.Clock, signal, NullLogger<ChannelLoop>.Instance).RunAsync(stopping.Token));

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
        var delivered = service.Database.Read(session => session.Number("SELECT count(*) FROM deliveries WHERE state = 3"));
        return delivered == count ? count / seconds : throw new InvalidOperationException($"{delivered} of {count} were delivered.");
    }

    /// <summary>A sender that does nothing.</summary>
    private sealed class Nowhere(int count) : IChannel
    {
        private static readonly Task<SendResult> Done = Task.FromResult<SendResult>(new Delivered(null, null));

        private readonly TaskCompletionSource allSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int sent;

        public Task AllSent => allSent.Task;

        public string Name => "email";

        public int Slots => 2_000;

        public int? SlotsPerLane => null;

        public Task<SendResult> SendAsync(Outgoing message, CancellationToken cancel)
        {
            if (Interlocked.Increment(ref sent) == count)
            {
                allSent.SetResult();
            }

            return Done;
        }
    }
}
