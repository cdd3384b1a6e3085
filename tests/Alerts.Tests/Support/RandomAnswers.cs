using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Tests.Support;

/// <summary>Answers the attempts of a random history as the fate of its step says.</summary>
internal sealed class RandomAnswers(MailJournal journal, int seed)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> tries = [];
    private TaskCompletionSource ends = New();
    private int hanging;

    /// <summary>What becomes of the attempts of a step of a random history.</summary>
    public enum Fates
    {
        Delivered,
        Failed,

        /// <summary>Each message its own.</summary>
        Mixed,

        /// <summary>Most are under way until the step ends.</summary>
        Hanging,
    }

    public int Step { get; set; }

    public Fates Fate { get; set; }

    /// <summary>Whether attempts are under way until <see cref="Release"/>.</summary>
    public bool AnyHangs => Volatile.Read(ref hanging) > 0;

    /// <summary>Ends the attempts under way.</summary>
    public void Release()
    {
        lock (gate)
        {
            (var before, ends, hanging) = (ends, New(), 0);
            before.SetResult();
        }
    }

    public async Task<SendResult> AnswerAsync(OutboundMessage message)
    {
        journal.Sent(message);
        var end = Task.CompletedTask;
        int draw;
        lock (gate)
        {
            // By the seed and the message, not by the order of attempts that go at the same time.
            var no = tries[message.Id] = tries.GetValueOrDefault(message.Id) + 1;
            draw = Math.Abs((seed * 31 + Step * 7919 + no * 104_729 + message.Id[3] * 257 + message.Id[4]) % 97);
            if (Fate == Fates.Hanging && draw % 4 != 0)
            {
                (end, hanging) = (ends.Task, hanging + 1);
            }
        }

        await end;
        SendResult result = (Fate, draw % 3) switch
        {
            (Fates.Delivered, _) or (Fates.Mixed or Fates.Hanging, 0) => new Delivered(250, "ok"),
            (_, 1) => new TryAgain(451, "4.3.0 try again later"),
            _ => new TryAgain(null, "no answer within 15 s"),
        };
        if (result is Delivered)
        {
            journal.Delivered(message);
        }

        return result;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
