using Amqp;
using Amqp.Framing;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>
/// One queue with peek-lock: a message is available, locked or scheduled. Locks and schedules use the given clock.
/// Messages survive connections and restarts of the fake.
/// </summary>
internal sealed class FakeQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FakeQueueRules _rules;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly SortedDictionary<long, FakeMessage> _available = [];
    private readonly SortedDictionary<(DateTimeOffset, long), FakeMessage> _scheduled = [];
    private readonly Dictionary<Guid, FakeMessage> _locked = [];
    private readonly Dictionary<string, DateTimeOffset> _known = [];
    private readonly List<IFakeReceiver> _receivers = [];
    private long _sequence;

    public FakeQueue(string name, FakeQueueRules rules, TimeProvider time, bool isDeadLetters = false)
    {
        Name = name;
        _rules = rules;
        _time = time;
        _timer = time.CreateTimer(_ => Deliver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        DeadLetters = isDeadLetters
            ? null
            : new FakeQueue(
                name + "/$deadletterqueue", rules with { DuplicatesWithin = null }, time, isDeadLetters: true);
    }

    public string Name { get; }

    /// <summary>Its dead-letter queue; null for a dead-letter queue itself.</summary>
    public FakeQueue? DeadLetters { get; }

    /// <summary>Ids of all its messages, including locked and scheduled ones, in order of sequence number.</summary>
    public IReadOnlyList<string?> Ids => [.. Peek(0, int.MaxValue).Select(message => message.Id)];

    public int Locked
    {
        get
        {
            lock (_gate)
            {
                return _locked.Count;
            }
        }
    }

    /// <summary>Adds a message and returns its sequence number; null when it was dropped as a duplicate.</summary>
    public long? Enqueue(Message message)
    {
        long? sequence = null;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var entry = new FakeMessage(message, _sequence + 1, now);
            if (IsNew(entry.Id, now))
            {
                sequence = ++_sequence;
                if (entry.EnqueuedAt > now)
                {
                    _scheduled.Add((entry.EnqueuedAt, entry.Sequence), entry);
                }
                else
                {
                    _available.Add(entry.Sequence, entry);
                }
            }
        }

        Deliver();
        return sequence;
    }

    public bool CancelScheduled(long sequence)
    {
        lock (_gate)
        {
            var found = _scheduled.FirstOrDefault(pair => pair.Value.Sequence == sequence);
            return found.Value is not null && _scheduled.Remove(found.Key);
        }
    }

    /// <summary>Moves scheduled messages to other instants, because the senders' clock was set.</summary>
    /// <param name="to">Maps a message's old instant to its new one.</param>
    public void Reschedule(Func<DateTimeOffset, DateTimeOffset> to)
    {
        lock (_gate)
        {
            var all = _scheduled.Values.ToList();
            _scheduled.Clear();
            foreach (var message in all)
            {
                message.EnqueuedAt = to(message.EnqueuedAt);
                _scheduled.Add((message.EnqueuedAt, message.Sequence), message);
            }
        }

        Deliver();
    }

    public IReadOnlyList<FakeMessage> Peek(long fromSequence, int count)
    {
        lock (_gate)
        {
            return [.. _available.Values.Concat(_scheduled.Values).Concat(_locked.Values)
                .Where(message => message.Sequence >= fromSequence).OrderBy(message => message.Sequence).Take(count)];
        }
    }

    /// <summary>Settles a locked message; false when its lock has expired or does not exist.</summary>
    public bool Settle(Guid lockToken, DeliveryState outcome)
    {
        lock (_gate)
        {
            ExpireLocks();
            if (!_locked.Remove(lockToken, out var message))
            {
                return false;
            }

            switch (outcome)
            {
                case Accepted:
                    break;
                case Rejected rejected:
                    MoveToDeadLetters(
                        message, Text(rejected, "DeadLetterReason"), Text(rejected, "DeadLetterErrorDescription"));
                    break;
                case Modified:
                    Fail(message);
                    break;
                default:
                    _available.Add(message.Sequence, message);
                    break;
            }
        }

        Deliver();
        return true;
    }

    /// <summary>Renews a lock and returns its new expiry; null when it has expired or does not exist.</summary>
    public DateTimeOffset? Renew(Guid lockToken)
    {
        lock (_gate)
        {
            ExpireLocks();
            if (!_locked.TryGetValue(lockToken, out var message))
            {
                return null;
            }

            message.LockedUntil = _time.GetUtcNow() + _rules.LockFor;
            return message.LockedUntil;
        }
    }

    public void Add(IFakeReceiver receiver)
    {
        lock (_gate)
        {
            _receivers.Add(receiver);
        }

        Deliver();
    }

    public void Remove(IFakeReceiver receiver)
    {
        lock (_gate)
        {
            _receivers.Remove(receiver);
        }
    }

    /// <summary>
    /// Delivers the available messages to receivers with credit, each in turn, and sets the timer for the next event.
    /// </summary>
    public void Deliver()
    {
        lock (_gate)
        {
            ExpireLocks();
            var now = _time.GetUtcNow();
            while (_scheduled.FirstOrDefault() is { Value: { } due } first && due.EnqueuedAt <= now)
            {
                _scheduled.Remove(first.Key);
                _available.Add(due.Sequence, due);
            }

            while (_available.Count > 0 && _receivers.FindIndex(receiver => receiver.Credit > 0) is var at and >= 0)
            {
                var receiver = _receivers[at];
                _receivers.RemoveAt(at);
                _receivers.Add(receiver);
                HandTo(receiver, _available.First().Value, now);
            }

            IEnumerable<DateTimeOffset> next =
            [
                .. _scheduled.Values.Take(1).Select(message => message.EnqueuedAt),
                .. _locked.Values.Select(message => message.LockedUntil)
            ];
            _timer.Change(
                next.Any() ? Max(next.Min() - now, TimeSpan.FromMilliseconds(1)) : Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        DeadLetters?.Dispose();
    }

    private void HandTo(IFakeReceiver receiver, FakeMessage message, DateTimeOffset now)
    {
        _available.Remove(message.Sequence);
        var token = Guid.Empty;
        if (receiver.Locks)
        {
            token = Guid.NewGuid();
            message.LockedUntil = now + _rules.LockFor;
            _locked.Add(token, message);
        }

        if (!receiver.TryHand(message.Copy(token)))
        {
            // The link has just ended, so the message was not delivered.
            _locked.Remove(token);
            _available.Add(message.Sequence, message);
            _receivers.Remove(receiver);
        }
    }

    private void ExpireLocks()
    {
        var now = _time.GetUtcNow();
        foreach (var (token, message) in _locked.Where(pair => pair.Value.LockedUntil <= now).ToList())
        {
            _locked.Remove(token);
            Fail(message);
        }
    }

    private void Fail(FakeMessage message)
    {
        message.FailedDeliveries++;
        if (message.FailedDeliveries < _rules.MaxDeliveries || DeadLetters is null)
        {
            _available.Add(message.Sequence, message);
        }
        else
        {
            MoveToDeadLetters(
                message, "MaxDeliveryCountExceeded",
                $"Message could not be consumed after {_rules.MaxDeliveries} delivery attempts.");
        }
    }

    private void MoveToDeadLetters(FakeMessage message, string? reason, string? description)
    {
        var copy = message.Copy();
        copy.ApplicationProperties ??= new ApplicationProperties();
        copy.ApplicationProperties["DeadLetterReason"] = reason;
        copy.ApplicationProperties["DeadLetterErrorDescription"] = description;
        DeadLetters?.Enqueue(copy);
    }

    private bool IsNew(string? id, DateTimeOffset now)
    {
        if (id is null || _rules.DuplicatesWithin is not { } window)
        {
            return true;
        }

        foreach (var old in _known.Where(pair => pair.Value <= now - window).Select(pair => pair.Key).ToList())
        {
            _known.Remove(old);
        }

        return _known.TryAdd(id, now);
    }

    /// <summary>Returns a field of a rejection. Clients write its name as a symbol or as a string.</summary>
    private static string? Text(Rejected rejected, string name) =>
        rejected.Error?.Info?.Where(pair => pair.Key.ToString() == name)
            .Select(pair => pair.Value?.ToString()).FirstOrDefault();

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

/// <summary>A receiver of messages from a queue.</summary>
internal interface IFakeReceiver
{
    int Credit { get; }

    /// <summary>Whether it receives with peek-lock; otherwise messages are deleted on receipt.</summary>
    bool Locks { get; }

    /// <summary>Gives it a message; false when its link has ended.</summary>
    bool TryHand(HandedOut message);
}
