using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Alerts.Due;
using Alerts.Senders;

namespace Alerts.Tests.Support;

/// <summary>
/// Every message the channels of a world were given, in order, and what is wrong with them by the rules of one email
/// per moment. It knows nothing of the store.
/// </summary>
/// <param name="mayBeginUnseen">
/// Whether a process may die between two writes of one claim: the first attempt that is seen may then lack alerts.
/// </param>
internal sealed class MailJournal(bool mayBeginUnseen)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<string>> keysOfId = [];
    private readonly Dictionary<string, (string Id, int Order)> lastAttempt = [];
    private readonly Dictionary<string, int> changed = [];
    private readonly HashSet<string> delivered = [];
    private readonly HashSet<string> unmarked = [];
    private readonly HashSet<string> marked = [];
    private readonly HashSet<string> resent = [];
    private readonly HashSet<string> resending = [];
    private readonly List<string> wrong = [];
    private readonly List<string> lines = [];
    private int order;

    /// <summary>How many messages of several alerts were sent again.</summary>
    public int Repeats { get; private set; }

    /// <summary>How many of them with fewer alerts than before.</summary>
    public int Smaller { get; private set; }

    public IReadOnlyList<string> Wrong
    {
        get
        {
            lock (gate)
            {
                return [.. wrong];
            }
        }
    }

    /// <summary>All that happened, one line each.</summary>
    public string Story
    {
        get
        {
            lock (gate)
            {
                return string.Join('\n', lines);
            }
        }
    }

    public void Note(string line)
    {
        lock (gate)
        {
            lines.Add(line);
        }
    }

    public bool IsDelivered(string key)
    {
        lock (gate)
        {
            return delivered.Contains(key);
        }
    }

    /// <summary>A date was edited: its alerts may leave their message.</summary>
    public void Changed(string date)
    {
        lock (gate)
        {
            changed[date] = ++order;
        }
    }

    /// <summary>An alert is queued once more, by itself, when <paramref name="queueAsync"/> says so.</summary>
    public async Task ResendAsync(string key, Func<Task<bool>> queueAsync)
    {
        lock (gate)
        {
            resending.Add(key);
        }

        var isQueued = await queueAsync();
        lock (gate)
        {
            lines.Add($"resend {Short(key)}: {(isQueued ? "queued" : "no")}");
            resending.Remove(key);
            if (isQueued)
            {
                resent.Add(key);
                // Also what was delivered since the world last settled: it is owed once more.
                marked.Remove(key);
                unmarked.Remove(key);
            }
        }
    }

    /// <summary>The world has come to rest: what was delivered since the last kill is marked.</summary>
    public void Settled()
    {
        lock (gate)
        {
            marked.UnionWith(unmarked);
            unmarked.Clear();
        }
    }

    /// <summary>The process was killed: what it had delivered and not marked may be sent once more.</summary>
    public void Killed()
    {
        lock (gate)
        {
            unmarked.Clear();
            lines.Add("killed");
        }
    }

    /// <summary>An attempt begins.</summary>
    public void Sent(OutboundMessage message)
    {
        lock (gate)
        {
            IReadOnlyList<OutboundAlert> alerts = message is OutboundDigest several ? several.Alerts
                : [(OutboundAlert)message]; // there are no others
            lines.Add($"{message.At} {Short(message.Id)} to {message.Subscription.Channel} "
                + string.Join(", ", alerts.Select(alert => $"{Short(alert.Id)} {alert.Kind} {alert.Lead} "
                    + $"{alert.Date.KeyDate.Id} r{alert.Date.KeyDate.Revision}")));
            CheckMessage(message, alerts);
            foreach (var alert in alerts)
            {
                CheckAlert(message.Id, alert);
            }

            order++;
            foreach (var alert in alerts)
            {
                lastAttempt[alert.Id] = (message.Id, order);
            }
        }
    }

    /// <summary>The other side has a message.</summary>
    public void Delivered(OutboundMessage message)
    {
        lock (gate)
        {
            var keys = message is OutboundDigest several ? several.Keys : [message.Id];
            delivered.UnionWith(keys);
            unmarked.UnionWith(keys);
        }
    }

    private void CheckMessage(OutboundMessage message, IReadOnlyList<OutboundAlert> alerts)
    {
        var keys = alerts.Select(alert => alert.Id).ToList();
        if (message is OutboundAlert)
        {
            return; // its id is its key
        }

        Expect(message.Subscription.Channel.Name == "email", $"{message.Id} is a webhook of several alerts");
        Expect(keys.Count is > 0 and <= OutboundDigest.MaxAlerts && keys.Distinct().Count() == keys.Count,
            $"{message.Id} has {keys.Count} alerts");
        Expect(alerts.SequenceEqual(alerts.OrderBy(alert => alert.Date.KeyDate.Start)),
            $"{message.Id} is out of order");
        Expect(alerts.All(alert => alert.Subscription.Id == message.Subscription.Id), $"{message.Id} has two readers");
        Expect(alerts.Select(alert => alert.Kind == AlertKind.Reminder).Distinct().Count() == 1,
            $"{message.Id} mixes reminders and corrections");
        if (!keysOfId.TryGetValue(message.Id, out var before))
        {
            Expect(mayBeginUnseen || IdOf(keys) == message.Id, $"{message.Id} is not the id of its first alerts");
        }
        else
        {
            Repeats++;
            Smaller += keys.Count < before.Count ? 1 : 0;
            Expect(before.IsSupersetOf(keys), $"{message.Id} holds what its last attempt did not");
        }

        keysOfId[message.Id] = [.. keys];
    }

    private void CheckAlert(string id, OutboundAlert alert)
    {
        if (resending.Contains(alert.Id))
        {
            return; // it may be sent before or after it is queued once more
        }

        Expect(!marked.Contains(alert.Id), $"{alert.Id} is sent again though its delivery was marked");
        if (resent.Contains(alert.Id))
        {
            Expect(id == alert.Id, $"{alert.Id} was queued again and travels under {id}");
        }
        else if (lastAttempt.TryGetValue(alert.Id, out var last) && last.Id != id)
        {
            // It may leave its message only when its date was edited.
            Expect(changed.GetValueOrDefault(alert.Date.KeyDate.Id) > last.Order,
                $"{alert.Id} was sent under {last.Id} and is repeated under {id}");
        }
    }

    private void Expect(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            wrong.Add(otherwise);
            lines.Add("WRONG: " + otherwise);
        }
    }

    private static string Short(string id) => id[..7];

    /// <summary>As the contract says it, by other means than the product's.</summary>
    public static string IdOf(IEnumerable<string> keys)
    {
        var bits = string.Concat(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('|', keys)))
            .Select(one => one.ToString("b8", CultureInfo.InvariantCulture)));
        return "ag_" + string.Concat(Enumerable.Range(0, 26).Select(i =>
            "abcdefghijklmnopqrstuvwxyz234567"[Convert.ToInt32(bits[(i * 5)..(i * 5 + 5)], 2)]));
    }
}
