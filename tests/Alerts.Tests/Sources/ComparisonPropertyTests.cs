using Alerts.Sources;
using CsCheck;

namespace Alerts.Tests.Sources;

/// <summary>Properties that hold after every read, whatever the source says and the operator decides.</summary>
public sealed class ComparisonPropertyTests
{
    private const int Ids = 12;

    /// <summary>What the source has for each id: nothing, or one of three days, cancelled or not.</summary>
    private static readonly Gen<int[]> Answer = Gen.Int[0, 6].Array[Ids];

    private static readonly Gen<(int[] Answer, int Deed, int Which)[]> Story =
        Gen.Select(Answer, Gen.Int[0, 5], Gen.Int[0, Ids - 1], (answer, deed, which) => (answer, deed, which)).Array[1,
            12];

    [Fact]
    public void Nothing_decided_by_hand_is_undone_and_nothing_is_lost() => Story.Sample(story =>
    {
        foreach (var apply in Enum.GetValues<ApplyMode>())
        {
            Check(apply, story);
        }
    }, iter: 400);

    private static void Check(ApplyMode apply, (int[] Answer, int Deed, int Which)[] story)
    {
        var bench = new SourceBench(apply);
        foreach (var (answer, deed, which) in story)
        {
            var before = Enumerable.Range(0, Ids).ToDictionary(i => i, i => Find(bench, i));
            var rejected = Enumerable.Range(0, Ids).Where(i => bench.IsRejected(Id(i))).ToHashSet();
            bench.Read(Events(answer));
            for (var i = 0; i < Ids; i++)
            {
                var now = Find(bench, i);
                var isChanged = now?.Number != before[i]?.Number;
                // A read never changes what an operator rejected or edited.
                Assert.False(isChanged && (rejected.Contains(i) || (before[i] is { } old && old.Reason == null)));
                // Only the mode auto changes anything, and never because a date is absent.
                Assert.False(isChanged && (apply == ApplyMode.Review || answer[i] == 0));
                // Each date of the source is stored, proposed or rejected.
                if (answer[i] > 0 && bench.ProposalOf(Id(i)) is null && !bench.IsRejected(Id(i))
                    && now?.Reason is not null)
                {
                    Assert.Equal(Day(answer[i]), now!.KeyDate.When.On.Day);
                    Assert.Equal(answer[i] > 3, now.KeyDate.IsCancelled);
                }
            }

            Decide(bench, deed, which);
        }
    }

    private static void Decide(SourceBench bench, int deed, int which)
    {
        var id = Id(which);
        switch (deed)
        {
            case 0:
                bench.AcceptAll();
                break;
            case 1 when bench.ProposalOf(id) is not null:
                bench.Accept(id);
                break;
            case 2 when bench.ProposalOf(id) is not null:
                bench.Reject(id);
                break;
            case 3 when Find(bench, which) is not null:
                bench.Edit(id, date => date with { Title = date.Title + "!" });
                break;
            default:
                break;
        }
    }

    private static Alerts.Dates.DateVersion? Find(SourceBench bench, int i) => bench.Has(Id(i)) ? bench[Id(i)] : null;

    private static string Id(int i) => $"s-e{i}";

    private static int Day(int kind) => 1 + ((kind - 1) % 3);

    private static IEnumerable<string> Events(int[] answer) => answer.Index().Where(one => one.Item > 0)
        .Select(one => $"e{one.Index} 2026-06-0{Day(one.Item)} E{(one.Item > 3 ? " x" : "")}");
}
