using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Benchmarks;

/// <summary>
/// A channel that sends nothing. It reports when the expected number of messages has been passed to it.
/// </summary>
internal sealed class Nowhere(ChannelKind kind, int count, int slots, int maxBatchSize) : IChannel
{
    private static readonly SendResult Done = new Delivered(null, null);

    private readonly TaskCompletionSource allSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int sent;
    private int calls;

    public Task AllSent => allSent.Task;

    public int Calls => calls;

    public ChannelKind Kind => kind;

    public int MaxConcurrency => slots;

    public int MaxBatchSize => maxBatchSize;

    public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
        throw new NotSupportedException("all go by the other");

    public Task<IReadOnlyList<SendResult>> SendTogetherAsync(
        IReadOnlyList<OutboundMessage> messages,
        CancellationToken cancel)
    {
        Interlocked.Increment(ref calls);
        if (Interlocked.Add(ref sent, messages.Count) == count)
        {
            allSent.SetResult();
        }

        return Task.FromResult<IReadOnlyList<SendResult>>([.. Enumerable.Repeat(Done, messages.Count)]);
    }
}
