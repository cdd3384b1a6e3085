using System.Collections.Concurrent;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Queue;

internal sealed record FakeClaim(OutboundMessage Message) : Claim(0, null, Message);

internal sealed class FakePreSendContext : IPreSendContext
{
    public required DateVersion Current { get; init; }

    public IReadOnlyList<DateVersion> History { get; init; } = [];

    public required IReadOnlyList<DueReminder> Leads { get; init; }

    public bool IsBeingSent { get; init; }

    public IEnumerable<NotificationRow> Notifications { get; init; } = [];

    public IReadOnlyList<SiblingReminder> Siblings { get; init; } = [];
}

// No test here reads the subscription.
internal sealed record FakeOutbound(string Key) : OutboundMessage(Key, null!, QueueHandlerTest.Clock.Now)
{
    public override object Text => "the same";
}

internal sealed class Posts(ConcurrentQueue<AlertMessage> posted) : IAlertQueueSender
{
    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel)
    {
        messages.ToList().ForEach(posted.Enqueue);
        return Task.CompletedTask;
    }
}

/// <summary>A store that lets every row be claimed unless a test says otherwise.</summary>
internal sealed class FakeStore : IClaimStore
{
    private int _failing;
    private int _failingSettlements;

    public Func<ClaimRequest, ClaimResult> Claim { get; set; } = QueueHandlerTest.ClaimOf;

    /// <summary>The quick successes in a row of a request's endpoint.</summary>
    public Func<ClaimRequest, int?> Quick { get; set; } = _ => EndpointHealth.Trusted;

    public ConcurrentQueue<ClaimRequest> Postponed { get; } = new();

    /// <summary>The number of requests in each claim call.</summary>
    public ConcurrentQueue<int> Claimed { get; } = new();

    /// <summary>The number of settlements in each call that succeeded.</summary>
    public ConcurrentQueue<int> Settled { get; } = new();

    public void FailNext(int calls) => _failing = calls;

    public void FailNextSettlements(int calls) => _failingSettlements = calls;

    public async Task<IReadOnlyList<ClaimResult>> ClaimAsync(
        IReadOnlyList<ClaimRequest> requests, EndpointShares? shares, CancellationToken cancel)
    {
        await Task.Yield();
        Claimed.Enqueue(requests.Count);
        return Interlocked.Decrement(ref _failing) >= 0
            ? throw new HttpRequestException("no route to the store")
            : [.. requests.Select(request => InTurn(request, shares))];
    }

    /// <summary>Claims a row if its endpoint may have an attempt, as a real store does.</summary>
    private ClaimResult InTurn(ClaimRequest request, EndpointShares? shares)
    {
        if (shares is null || Claim(request) is not { Claim: { } claim } result)
        {
            return Claim(request);
        }

        var isRetry = request.Message.Number > 1;
        var quick = Quick(request);
        var (turn, waits) = shares.TryReserve(
            request.Alert.SubscriptionId, request.Message.DestinationKey, quick, isRetry, request.Turn);
        return turn is null
            ? new ClaimResult(null, null) { Waits = new WaitingRow(waits, isRetry, quick) }
            : result with { Claim = claim with { Turn = turn } };
    }

    public Task PostponeAsync(IReadOnlyList<ClaimRequest> requests, CancellationToken cancel)
    {
        requests.ToList().ForEach(Postponed.Enqueue);
        return Task.CompletedTask;
    }

    public async Task SettleAsync(IChannel channel, IReadOnlyList<Settlement> ended, CancellationToken cancel)
    {
        await Task.Yield();
        if (Interlocked.Decrement(ref _failingSettlements) >= 0)
        {
            throw new HttpRequestException("no route to the store");
        }

        Settled.Enqueue(ended.Count);
    }
}

internal sealed class FakeChannel(string name, int maxBatchSize) : IChannel
{
    public ChannelKind Kind { get; } =
        name == "webhook" ? new FakeKind(name, new Destinations(_ => 1, maxBatchSize)) : new FakeKind(name, null);

    public Task<SendResult> Answer { get; set; } = Task.FromResult<SendResult>(new Delivered(200, "ok"));

    /// <summary>Answers a call by its first message; null for <see cref="Answer"/>.</summary>
    public Func<string, Task<SendResult>>? Instead { get; set; }

    /// <summary>The ids of the messages sent.</summary>
    public ConcurrentQueue<string> Sent { get; } = new();

    /// <summary>The number of messages sent in each call.</summary>
    public ConcurrentQueue<int> Calls { get; } = new();

    public int MaxConcurrency => name == "email" ? 4 * maxBatchSize : QueueHandlerTest.MaxConcurrency;

    public int MaxBatchSize => name == "email" ? maxBatchSize : 1;

    public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
        throw new NotSupportedException("all go by the other");

    public async Task<IReadOnlyList<SendResult>> SendTogetherAsync(
        IReadOnlyList<OutboundMessage> messages, CancellationToken cancel)
    {
        messages.ToList().ForEach(message => Sent.Enqueue(message.Id));
        var answer = Instead?.Invoke(messages[0].Id) ?? Answer;
        Calls.Enqueue(messages.Count);
        var result = await answer;
        return [.. messages.Select(_ => result)];
    }
}

internal sealed class FakeKind(string name, Destinations? destinations) : ChannelKind
{
    public override string Name => name;

    public override string Example => "";

    public override ServiceMessage OptIn => ServiceMessage.Confirmation;

    public override Destinations? Destinations => destinations;

    public override Target? Read(JsonObjectReader channel) => null;
}
