using System.Globalization;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Support.Chains;

/// <summary>One subscriber and one date that change at random, with a model that checks what arrives.</summary>
internal sealed class RandomChain(IChainHost host, int number, int seed) : IDisposable
{
    private static readonly string[] AllLeads =
        ["P10D", "P9D", "P8D", "P7D", "6BD", "5BD", "PT240H", "PT192H", "P5D", "P3D", "P1D", "PT24H", "PT1H", "PT0S",
            "P0D"];

    private static readonly (string When, string? End)[] Moments =
        [("2025-11-20 12:00", null), ("2025-11-22 07:00", null), ("2025-11-18", null),
            ("2025-11-19 12:00", "2025-11-21 12:00"), ("2025-11-12 12:00", null), ("2025-11-11", null)];

    private readonly Random random = new(seed);
    private readonly Random answers = new(seed + 1);
    private readonly SemaphoreSlim changing = new(1);
    private readonly List<(HeardAttempt Attempt, TaskCompletionSource<SendResult> End)> hanging = [];
    private Subscription? subscription;
    private IReadOnlyList<Lead> takenAway = [];
    private Preferences? ended;

    public HeardModel Model { get; } = new(host.Now);

    public string DateId { get; } = FormattableString.Invariant($"date-{number}");

    public string? SubscriptionId => subscription?.Id;

    public Fate Fate { get; set; }

    /// <summary>Whether the date changes while the next attempt is in progress.</summary>
    public bool ChangesAtNextAttempt { get; set; }

    private string Topic => FormattableString.Invariant($"topic-{number}");

    public void NewFate() => Fate = Next(10) switch
    {
        < 3 => Fate.Delivered,
        < 5 => Fate.Refused,
        5 => Fate.TimedOut,
        6 => Fate.InDoubt,
        < 9 => Fate.Mixed,
        _ => Fate.GivenUp,
    };

    /// <summary>Makes zero to three changes, one after the other.</summary>
    public async Task ChangeAsync()
    {
        for (var changes = Next(4); changes > 0; changes--)
        {
            await ChangeOnceAsync();
            if (Next(3) > 0)
            {
                await host.SettleAsync();
                Model.Settled();
            }
        }

        ChangesAtNextAttempt = Next(8) == 0;
    }

    public async Task<SendResult> AnswerAsync(OutboundAlert alert)
    {
        var attempt = Model.Begin(alert);
        if (Fate == Fate.Hangs)
        {
            var end = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (hanging)
            {
                hanging.Add((attempt, end));
            }

            return await end.Task;
        }

        if (ChangesAtNextAttempt)
        {
            ChangesAtNextAttempt = false;
            await ChangeDateAsync();
        }

        var result = Result();
        Model.End(attempt, result);
        return result;
    }

    /// <summary>Number of attempts that hang.</summary>
    public int Hanging
    {
        get
        {
            lock (hanging)
            {
                return hanging.Count;
            }
        }
    }

    /// <summary>Ends the hanging attempts after the process was killed.</summary>
    public void BreakOff()
    {
        lock (hanging)
        {
            foreach (var (attempt, end) in hanging)
            {
                Model.End(attempt, null);
                end.SetResult(new Delivered(200, "nobody hears it"));
            }

            hanging.Clear();
        }
    }

    /// <summary>Returns what is wrong now; null for nothing.</summary>
    public async Task<string?> VerdictAsync() => Model.Faults.Count > 0 ? Model.Faults[0]
        : subscription is null ? null
        : Model.FirstObjection(await RowsAsync(), host.Now);

    public async Task<IReadOnlyList<Delivery>> RowsAsync() =>
        subscription is null ? [] : [.. (await host.RowsAsync(subscription)).Where(row => row.KeyDateId == DateId)];

    /// <summary>Describes the whole chain for people to read.</summary>
    public async Task<string> DescribeAsync()
    {
        var rows = (await RowsAsync()).Select(row =>
            $"  {row.Kind.Word()} {row.Lead} r{row.Revision} due {row.DueAt} {row.State} {row.Reason} "
            + $"next {row.NextAttemptAt}: " + string.Join(", ",
                row.Attempts.Select(attempt => $"{attempt.At} {attempt.Outcome}")));
        return $"Seed {seed}, {DateId}\n  {string.Join("\n  ", Model.Story)}\nRows\n{string.Join('\n', rows)}";
    }

    public void Dispose() => changing.Dispose();

    private int Next(int below)
    {
        lock (random)
        {
            return random.Next(below);
        }
    }

    private SendResult Result()
    {
        lock (answers)
        {
            var fate = Fate == Fate.Mixed ? (Fate)answers.Next(4) : Fate;
            return fate switch
            {
                Fate.Refused => new TryAgain(500, "no"),
                Fate.TimedOut => new TryAgain(null, "no answer within 15 s"),
                Fate.InDoubt => new InDoubt("no answer", Duration.FromMinutes(10)),
                Fate.GivenUp => new GaveUp(550, "no such mailbox", "refused by the mail server"),
                _ => new Delivered(200, "ok"),
            };
        }
    }

    private Task ChangeOnceAsync() => subscription is null && Next(2) == 0 ? SubscribeAsync()
        : ended is not null && Next(2) == 0 ? ResumeAsync()
        : Model.Date is null || subscription is null || Model.Preferences is null || Next(3) > 0 ? ChangeDateAsync()
        : Next(20) == 0 ? EndAsync()
        : EditAsync();

    private async Task SubscribeAsync()
    {
        Model.Changing();
        var preferences = SomePreferences();
        subscription = await host.SubscribeAsync(preferences);
        Model.Edited(preferences, host.Now, $"subscribes: {Words(preferences)}");
    }

    private async Task EndAsync()
    {
        Model.Changing();
        await host.EndAsync(subscription!); // ChangeOnceAsync has checked it
        ended = Model.Preferences;
        Model.Edited(null, host.Now, "unsubscribes");
    }

    private async Task ResumeAsync()
    {
        Model.Changing();
        await host.ResumeAsync(subscription!); // it has ended
        Model.Edited(ended, host.Now, "resumes");
        ended = null;
    }

    private async Task EditAsync()
    {
        var before = Model.Preferences!; // ChangeOnceAsync has checked it
        var other = SomePreferences();
        var next = Next(7) switch
        {
            0 => before with { Leads = other.Leads },
            1 => before with { At = other.At },
            2 => before with { QuietHours = other.QuietHours },
            3 => before with { Topics = before.Topics[0] == Topic ? ["elsewhere"] : [Topic] },
            4 => before with { Leads = [.. before.Leads.Skip(before.Leads.Count > 1 ? 1 : 0)], Topics = [Topic] },
            5 => before with
            {
                Leads = [.. before.Leads.SkipLast(before.Leads.Count > 1 ? 1 : 0)],
                Topics = [Topic],
            },
            _ => before with { Leads = [.. before.Leads.Union(takenAway)], Topics = [Topic] },
        };
        takenAway = before.Leads.Except(next.Leads).ToList() is { Count: > 0 } gone ? gone : takenAway;
        Model.Changing();
        await host.EditAsync(subscription!, next); // ChangeOnceAsync has checked it
        Model.Edited(next, host.Now, $"edits: {Words(next)}");
    }

    private async Task ChangeDateAsync()
    {
        await changing.WaitAsync();
        try
        {
            Model.Changing();
            var saved = await host.SaveAsync(Wanted(Model.Date));
            Model.Changed(
                saved, host.Now, string.Create(CultureInfo.InvariantCulture,
                    $"r{saved.Revision}: {saved.When.On:uuuu-MM-dd} {saved.When.At} ")
                + $"{saved.End?.On} {saved.Status} {saved.Topics[0]}");
        }
        finally
        {
            changing.Release();
        }
    }

    private KeyDate Wanted(KeyDate? date)
    {
        if (date is null)
        {
            // At sets the moment.
            return At(new KeyDate(DateId, "A date", null, [Topic], null!, null, DateStatus.Confirmed, null, null, 0),
                0);
        }

        return Next(12) switch
        {
            < 5 => At(date, Next(Moments.Length)),
            < 8 => date with { Status = date.IsCancelled ? DateStatus.Confirmed : DateStatus.Cancelled },
            8 => date with { Title = FormattableString.Invariant($"Title {Next(1000)}") },
            9 => date with { Topics = date.Topics[0] == Topic ? ["nowhere"] : [Topic] },
            _ => At(date, 0) with { Status = DateStatus.Confirmed, Topics = [Topic] },
        };
    }

    private static KeyDate At(KeyDate date, int moment) => date with
    {
        When = World.MomentOf(Moments[moment].When),
        End = Moments[moment].End is { } end ? World.MomentOf(end) : null,
    };

    private Preferences SomePreferences()
    {
        var leads = AllLeads.Where(_ => Next(3) == 0).Append(AllLeads[Next(AllLeads.Length)]).Distinct();
        string[] hours = ["09:00", "09:00", "09:05", "08:00", "15:00"];
        string?[] quiet = [null, null, null, "22:00-07:00", "08:30-10:00"];
        return World.Preferences(string.Join(' ', leads), at: hours[Next(hours.Length)], topics: [Topic],
            quiet: quiet[Next(quiet.Length)]);
    }

    private static string Words(Preferences preferences) =>
        $"{string.Join(' ', preferences.Leads)} at {preferences.At} "
        + $"quiet {preferences.QuietHours?.From}-{preferences.QuietHours?.To} of {preferences.Topics[0]}";
}
