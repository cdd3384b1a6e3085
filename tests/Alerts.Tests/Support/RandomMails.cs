using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using NodaTime.Text;

namespace Alerts.Tests.Support;

/// <summary>
/// One random history: two email subscriptions and an endpoint follow a few dates that change while mails are on their
/// way, attempts fail or are never marked, and the process is killed. Then everything gets through.
/// </summary>
internal sealed class RandomMails
{
    private const int Steps = 20;

    private static readonly string[] Ids = ["a", "b", "c", "d", "e"];
    private static readonly string[] Hours = ["09:30", "10:00", "10:00", "10:00", "18:00"];
    private static readonly Instant NoChangesAfter = World.Utc("2025-11-14 00:00");

    /// <summary>Of one wait. Only a hang reaches it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly World world;
    private readonly Random random;
    private readonly MailJournal journal;
    private readonly RandomAnswers answers;
    private Subscription[] readers = [];

    private RandomMails(World world, int seed)
    {
        (this.world, random) = (world, new Random(seed));
        journal = new MailJournal(mayBeginUnseen: world.Faults is not null);
        answers = new RandomAnswers(journal, seed);
        world.AnswerWhole = answers.AnswerAsync;
    }

    /// <summary>Runs one history.</summary>
    /// <returns>What was wrong, with the whole story; null for nothing. And how many mails were repeats.</returns>
    public static async Task<(string? Wrong, int Repeats, int Smaller)> RunAsync(Worlds worlds, int seed)
    {
        var world = await worlds.At("2025-11-05 00:00", ("Watch:Every", "PT12H")).WaitAsync(Patience);
        var run = new RandomMails(world, seed);
        string? wrong;
        try
        {
            await run.RunAsync();
            wrong = run.journal.Wrong.Count > 0 ? run.journal.Wrong[0] : await run.UnfinishedAsync();
            if (wrong is null)
            {
                await world.DisposeAsync().AsTask().WaitAsync(Patience);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            wrong = e.ToString(); // a wait in vain, or the audit
        }

        if (wrong is not null)
        {
            run.answers.Release();
            await world.AbandonAsync().WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return (wrong is null ? null : $"History {seed}: {wrong}\n{run.journal.Story}", run.journal.Repeats,
            run.journal.Smaller);
    }

    private async Task RunAsync()
    {
        await world.Import(Ids.Take(4).Select(id => (id, When())));
        readers =
        [await world.Subscribe("P1D PT1H"), await world.Subscribe("P3D P1D"), await world.SubscribeWebhook("P1D PT1H")];
        for (var step = 0; step < Steps && world.Now < NoChangesAfter; step++)
        {
            var what = random.Next(10);
            (answers.Step, answers.Fate) = (step, (RandomAnswers.Fates)random.Next(3));
            journal.Note($"-- step {step} at {world.Now}: {what}, {answers.Fate}");
            await (what switch
            {
                0 or 1 => PassAsync(),
                2 => SettledAsync(ChangeAsync),
                3 => SettledAsync(ResendAsync),
                4 => world.SleepUntil(world.Now + Duration.FromHours(random.Next(1, 30))),
                5 => KillAsync(),
                _ => InterleaveAsync(),
            }).WaitAsync(Patience);
            await SettleAsync();
            if (journal.Wrong.Count > 0)
            {
                return;
            }
        }

        await GetAllThroughAsync();
    }

    /// <summary>Time passes, often to an instant at which reminders are due.</summary>
    private Task PassAsync() => world.RunUntil(Next());

    private Instant Next() => random.Next(5) switch
    {
        0 => world.Now + Duration.FromMinutes(random.Next(1, 90)),
        1 => world.Now + Duration.FromHours(random.Next(1, 6)),
        _ => NineOClock(),
    };

    private Instant NineOClock()
    {
        var today = world.Now.InUtc().Date.At(new LocalTime(9, 0)).InUtc().ToInstant();
        return today > world.Now ? today : today + Duration.FromDays(1);
    }

    /// <summary>
    /// Something happens between the beginning of attempts and their end; they may end with the process.
    /// </summary>
    private async Task InterleaveAsync()
    {
        var isKilled = random.Next(2) == 0;
        answers.Fate = RandomAnswers.Fates.Hanging;
        await world.BeginUntil(Next());
        await HangAsync();
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            await (random.Next(4) == 0 ? ResendAsync() : ChangeAsync());
            await world.Watcher.FollowChangesAsync(CancellationToken.None);
            world.Get<ChangeSignal>().Raise();
        }

        answers.Fate = (RandomAnswers.Fates)random.Next(3);
        if (isKilled)
        {
            await KillAsync();
        }
        else
        {
            answers.Release();
        }
    }

    /// <summary>On Table Storage often between two writes.</summary>
    private async Task KillAsync()
    {
        if (world.Faults is { } faults && random.Next(2) == 0)
        {
            faults.LiveFor(random.Next(12));
            try
            {
                await world.BeginUntil(Next());
                await Task.Delay(random.Next(50));
            }
            catch (Exception e) when (TableFaults.IsFault(e))
            {
                // It was killed meanwhile.
            }
        }
        else if (random.Next(2) == 0)
        {
            await world.BeginUntil(Next());
            await Task.Delay(random.Next(10));
        }

        await world.KillAndStartAgain(() =>
        {
            journal.Killed();
            answers.Release();
        });
        journal.Killed(); // the dead process may have sent meanwhile what it had claimed
    }

    /// <summary>Waits until attempts are under way, or nothing is due.</summary>
    private async Task HangAsync()
    {
        for (var i = 0; i < 200 && !answers.AnyHangs; i++)
        {
            if (await world.Get<IQueue>().IsQuietAsync(world.Now, CancellationToken.None))
            {
                return;
            }

            await Task.Delay(1);
        }
    }

    private async Task SettledAsync(Func<Task> change)
    {
        await change();
        await SettleAsync();
    }

    private async Task SettleAsync()
    {
        await world.Settle().WaitAsync(Patience);
        journal.Settled();
    }

    private async Task ChangeAsync()
    {
        var isImport = random.Next(3) == 0;
        var ids = isImport ? Ids.Where(_ => random.Next(2) == 0).ToList() : [Ids[random.Next(Ids.Length)]];
        journal.Note("change " + string.Join(' ', ids));
        ids.ForEach(journal.Changed);
        if (isImport)
        {
            await world.Import(ids.Select(id => (id, When())));
        }
        else
        {
            await world.Date(ids[0], When(), status: random.Next(4) == 0 ? DateStatus.Cancelled : DateStatus.Confirmed);
        }

        ids.ForEach(journal.Changed); // what was sent meanwhile may have been of either version
    }

    private async Task ResendAsync()
    {
        var rows = await world.Ledger(readers[random.Next(readers.Length)]);
        if (rows.Count == 0)
        {
            return;
        }

        var row = rows[random.Next(rows.Count)];
        await journal.ResendAsync(row.Key, async () =>
            await world.Get<IDeliveries>().ResendAsync(row, CancellationToken.None) == Resent.Queued);
    }

    /// <summary>Within four days, so that reminders of several dates often fall due together.</summary>
    private string When()
    {
        var day = world.Now.InUtc().Date.PlusDays(1 + random.Next(4));
        return $"{LocalDatePattern.Iso.Format(day)} {Hours[random.Next(Hours.Length)]}";
    }

    /// <summary>Nothing fails any more; all dates get a day on which each reader is told of all of them.</summary>
    private async Task GetAllThroughAsync()
    {
        answers.Fate = RandomAnswers.Fates.Delivered;
        journal.Note("-- all gets through");
        await world.RunUntil(Instant.Max(world.Now, NoChangesAfter)).WaitAsync(Patience);
        await SettleAsync();
        foreach (var id in Ids)
        {
            journal.Changed(id);
        }

        await world.Import(Ids.Select((id, i) => (id, $"2025-11-24 {10 + i}:00")));
        await SettleAsync();
        await world.RunUntil("2025-11-25 12:00").WaitAsync(Patience);
        await SettleAsync();
    }

    /// <summary>What is missing at the end; null for nothing.</summary>
    private async Task<string?> UnfinishedAsync()
    {
        foreach (var reader in readers)
        {
            var rows = await world.Ledger(reader);
            if (rows.FirstOrDefault(row => row.State is DeliveryState.Queued or DeliveryState.Sending
                or DeliveryState.Retrying) is { } open)
            {
                return $"{open.Key} is {open.State}";
            }

            if (rows.FirstOrDefault(row => row.State == DeliveryState.Delivered && !journal.IsDelivered(row.Key))
                is { } none)
            {
                return $"{none.Key} is said to be delivered and was not";
            }

            var last = World.Utc("2025-11-20 00:00");
            var mails = world.Mails.Where(mail => mail.Subscription.Id == reader.Id && mail.At > last)
                .GroupBy(mail => mail.At.InUtc().LocalDateTime.ToString("dd HH:mm", null))
                .Select(at => $"{at.Key} {string.Join(" + ", at.Select(WordsOf).Order())}").ToList();
            var isDisabled = (await world.Subscriptions.FindAsync(reader.Id, CancellationToken.None))
                ?.Status == SubscriptionStatus.Disabled; // its attempts may have failed for days
            IReadOnlyList<string> owed = isDisabled ? [] : reader.Channel.Name == "webhook" || reader == readers[0]
                ? [$"23 09:00 {All(reader, "P1D")}", .. Ids.Select((id, i) => $"24 {9 + i:00}:00 PT1H {id}")]
                : [$"21 09:00 {All(reader, "P3D")}", $"23 09:00 {All(reader, "P1D")}"];
            if (!mails.SequenceEqual(owed))
            {
                return $"{reader.Channel} got {string.Join("; ", mails)} instead of {string.Join("; ", owed)}";
            }
        }

        return null;

        static string All(Subscription reader, string lead) => reader.Channel.Name == "webhook"
            ? string.Join(" + ", Ids.Select(id => $"{lead} {id}"))
            : $"{lead} {string.Concat(Ids)}";

        static string WordsOf(OutboundMessage mail) => mail is OutboundDigest several
            ? $"{several.Alerts[0].Lead} {string.Concat(several.Alerts.Select(alert => alert.Date.KeyDate.Id))}"
            : $"{((OutboundAlert)mail).Lead} {((OutboundAlert)mail).Date.KeyDate.Id}";
    }
}
