namespace Alerts.Senders.Webhook;

/// <summary>Allows at most <paramref name="Max"/> requests within any span of <paramref name="Per"/>.</summary>
internal sealed record WindowLimit(int Max, TimeSpan Per);

/// <summary>
/// Sliding-window limits for one target. Requests beyond the limits wait and take turns by client: each client's next
/// request goes before any client's second next (start-time fair queueing). Not thread-safe.
/// </summary>
/// <param name="limits">The limits, with the longest span last.</param>
internal sealed class FairWindow(IReadOnlyList<WindowLimit> limits)
{
    /// <summary>
    /// A waiting request that has not asked again this long after its time is forgotten: it was
    /// withdrawn, or its process ended.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(250);

    private readonly List<DateTimeOffset> taken = []; // oldest first
    private readonly Dictionary<string, Waiting> waiting = [];
    private readonly Dictionary<string, long> lastRounds = []; // by client
    private long round;
    private long places;
    private int unanswered;
    private bool wasReturned;
    private TimeSpan answerTime = TimeSpan.FromSeconds(1);

    public bool IsEmpty(DateTimeOffset now)
    {
        Prune(now);
        return taken.Count == 0 && waiting.Count == 0;
    }

    /// <summary>Asks for a place. The request is remembered until it takes a place or stops asking.</summary>
    /// <returns>
    /// Null if a place is free to <see cref="Take"/>; otherwise the time to wait before asking again.
    /// </returns>
    public TimeSpan? Ask(string id, string client, DateTimeOffset now)
    {
        Prune(now);
        var mine = waiting.TryGetValue(id, out var known) ? known : Register(id, client);
        mine.AskAt = now;
        var (ahead, present) = (0, 0);
        foreach (var other in waiting.Values)
        {
            if (other.IsBefore(mine))
            {
                ahead++;
                present += other.AskAt <= now ? 1 : 0;
            }
        }

        if (Free(now) > present)
        {
            return null;
        }

        mine.Asks++;
        var wait = FreeAt(ahead, now) - now;
        if (wasReturned || unanswered > 0)
        {
            // Places may be returned before they expire.
            var soon = wasReturned
                ? Math.Max(0.02, answerTime.TotalSeconds / limits[0].Max) * (ahead + 1)
                : Math.Pow(2, Math.Min(mine.Asks - 1, 5)) + 0.02 * ahead;
            wait = TimeSpan.FromSeconds(Math.Min(wait.TotalSeconds, soon));
        }

        wait = wait > Soonest ? wait : Soonest;
        mine.AskAt = now + wait;
        return wait;
    }

    /// <summary>Records that a request held back by another limit asks again at <paramref name="until"/>.</summary>
    public void PutOff(string id, DateTimeOffset until)
    {
        if (waiting.TryGetValue(id, out var mine))
        {
            mine.AskAt = until;
        }
    }

    /// <summary>Takes the place that <see cref="Ask"/> has just offered.</summary>
    public void Take(string id, DateTimeOffset now)
    {
        if (waiting.Remove(id, out var mine))
        {
            round = Math.Max(round, mine.Round);
        }

        taken.Add(now);
        unanswered++;
    }

    /// <summary>Ends the request that took a place at <paramref name="at"/>.</summary>
    /// <param name="isReturned">Whether the place is returned; otherwise it counts until it expires.</param>
    public void End(DateTimeOffset at, bool isReturned, DateTimeOffset now)
    {
        unanswered--;
        wasReturned = isReturned;
        if (isReturned)
        {
            taken.Remove(at);
            answerTime = (answerTime + (now - at)) / 2;
        }
    }

    private Waiting Register(string id, string client)
    {
        var mine = new Waiting(Math.Max(round, lastRounds.GetValueOrDefault(client, -1) + 1), places++);
        waiting[id] = mine;
        lastRounds[client] = mine.Round;
        return mine;
    }

    private int Free(DateTimeOffset now) => limits.Min(limit => limit.Max - taken.Count(at => at + limit.Per > now));

    /// <summary>When a place becomes free for a request with this many requests ahead of it.</summary>
    private DateTimeOffset FreeAt(int ahead, DateTimeOffset now)
    {
        // The pattern repeats with the longest span, so only the remainder of one such span is simulated.
        var longest = limits[^1];
        var times = new List<DateTimeOffset>(taken);
        var at = now;
        for (var i = 0; i <= ahead % longest.Max; i++)
        {
            at = limits.Max(limit => times.Count < limit.Max ? at : Later(at, times[^limit.Max] + limit.Per));
            times.Add(at);
        }

        return at + longest.Per * (ahead / longest.Max);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private void Prune(DateTimeOffset now)
    {
        taken.RemoveAll(at => at + limits[^1].Per <= now);
        foreach (var (id, lost) in waiting)
        {
            if (lost.AskAt + Patience < now)
            {
                waiting.Remove(id);
            }
        }

        if (waiting.Count == 0)
        {
            lastRounds.Clear();
        }
    }

    private sealed class Waiting(long round, long place)
    {
        public long Round => round;

        public DateTimeOffset AskAt { get; set; }

        public int Asks { get; set; }

        public bool IsBefore(Waiting other) => (Round, place).CompareTo((other.Round, other.Place)) < 0;

        private long Place => place;
    }
}
