using Alerts.Queue;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Queue;

/// <summary>Tests which endpoints may begin an attempt when at most 100 may be in progress.</summary>
public sealed class EndpointSharesTests
{
    private const int Capacity = 100;

    private readonly FakeTimeProvider time = new();
    private readonly EndpointShares shares;

    public EndpointSharesTests()
    {
        time.Advance(TimeSpan.FromDays(1)); // no timestamp may be 0
        shares = new EndpointShares(Capacity, maxPerEndpoint: 8, time);
    }

    [Fact]
    public void A_slow_endpoint_and_a_new_one_have_one_attempt_each()
    {
        foreach (var quick in new int?[] { 0, null })
        {
            Assert.NotNull(Begin($"of {quick}", quick));
            Assert.Equal(Place.SetBack, shares.TryReserve($"of {quick}", 1, quick, isRetry: false).Waits);
        }
    }

    [Fact]
    public void An_endpoint_that_was_quick_a_moment_ago_has_several()
    {
        Assert.Equal(1, Enumerable.Range(0, 20).Count(_ => Begin("trusted", quick: 3) is not null));
        for (var i = 0; i < 7; i++)
        {
            shares.End(Begin("quick", quick: 3)!, wasQuick: true);
            Assert.Equal(i + 2, shares.FreeOf("quick"));
        }

        Assert.Equal(8, Enumerable.Range(0, 20).Count(_ => Begin("quick", quick: 3) is not null));
    }

    [Fact]
    public void An_endpoint_whose_attempt_runs_for_more_than_a_second_gets_no_other()
    {
        shares.End(Begin("quick", quick: 3)!, wasQuick: true);
        Begin("quick", quick: 3);
        time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(Place.SetBack, shares.TryReserve("quick", 1, quick: 3, isRetry: false).Waits);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(null)]
    public void Slow_and_new_endpoints_together_hold_80_percent(int? quick)
    {
        Assert.Equal(80, Enumerable.Range(0, 200).Count(i => Begin($"bad {i}", quick) is not null));
        Assert.Equal(Place.Slow, shares.TryReserve("another", 1, quick, isRetry: false).Waits);
        Assert.NotNull(Begin("good", quick: 3));
    }

    [Fact]
    public void Endpoints_that_turn_out_to_hang_leave_room_for_the_quick_ones()
    {
        for (var i = 0; i < 40; i++)
        {
            // All were quick last time, each has its own host, and 20 are tried at a time.
            Enumerable.Range(i * 20, 20).ToList().ForEach(n => Begin($"bad {n}", quick: 1, host: 100 + n));
            time.Advance(TimeSpan.FromSeconds(0.3));
        }

        Assert.NotNull(Begin("trusted", quick: 3, host: 2));
        Assert.True(shares.HasRoom(Place.Trusted, isRetry: false)); // trusted endpoints do not wait behind untried ones
        Assert.False(shares.HasRoom(Place.Untried, isRetry: false));
    }

    [Fact]
    public void Once_read_endpoints_that_were_quick_once_also_use_what_slow_ones_leave()
    {
        var turns = Enumerable.Range(0, 200).Count(i => Reserve($"once {i}") is { } reserved
            && shares.TryReserve($"once {i}", 1, quick: 1, isRetry: false, reserved).Turn is not null);
        Assert.Equal(90, turns);
        Assert.Equal(Place.Untried, shares.TryReserve("another", 1, quick: 1, isRetry: false).Waits);
        Assert.True(shares.HasRoom(Place.Trusted, isRetry: false));
    }

    [Fact]
    public void Beside_slow_endpoints_a_tenth_is_tried_again_at_once()
    {
        Enumerable.Range(0, 200).ToList().ForEach(i => Begin($"bad {i}", quick: 0));
        Assert.Equal(10, Enumerable.Range(0, 200).Count(i => Begin($"once {i}", quick: 1) is not null));
    }

    [Fact]
    public void While_new_endpoints_use_their_share_no_others_are_read()
    {
        Assert.Equal(80, Enumerable.Range(0, 200).Count(i => Reserve($"new {i}") is not null));
        Assert.Equal(Place.Ready, shares.TryReserveUnread("another", 1, isRetry: false).Waits);
    }

    [Fact]
    public void Endpoints_are_read_although_slow_ones_use_all_of_their_share()
    {
        Enumerable.Range(0, 200).ToList().ForEach(i => Begin($"bad {i}", quick: 0));
        Assert.NotNull(Reserve("trusted"));
    }

    [Fact]
    public void What_was_read_replaces_the_reserved_turn()
    {
        var reserved = Enumerable.Range(0, 80).Select(i => Reserve($"endpoint {i}")).ToList();
        Assert.NotNull(shares.TryReserve("endpoint 0", 1, quick: null, isRetry: false, reserved[0]).Turn);
        Assert.NotNull(shares.TryReserve("endpoint 1", 1, quick: 3, isRetry: false, reserved[1]).Turn);
        Assert.NotNull(Reserve("another")); // the trusted one has left the share of the new ones
        Assert.Equal(1, shares.UnderWayTo("endpoint 0"));
    }

    [Fact]
    public void A_host_that_answers_nothing_is_tried_with_care()
    {
        Enumerable.Range(0, 20).ToList().ForEach(i => Begin($"bad {i}", quick: 1, host: 7));
        time.Advance(TimeSpan.FromSeconds(0.6));
        Assert.False(shares.HasRoom(Place.SetBack, isRetry: false));
        var begun = Enumerable.Range(20, 200).Count(i => Begin($"bad {i}", quick: 1, host: 7) is not null);
        Assert.Equal(60, begun); // 80 in total
    }

    [Fact]
    public void First_attempts_leave_a_tenth_to_retries_that_are_due()
    {
        shares.RetriesAreDue = true;
        Quick(200);
        Assert.Equal(90, Enumerable.Range(0, 200).Count(i => Begin($"quick {i}", quick: 3) is not null));
        Assert.Equal(10, Enumerable.Range(0, 50).Count(i => Begin($"failed {i}", quick: 0, isRetry: true) is not null));
    }

    [Fact]
    public void Retries_keep_their_tenth_beside_first_attempts_that_linger()
    {
        shares.RetriesAreDue = true;
        Quick(200);
        Assert.Equal(90, Enumerable.Range(0, 200).Count(i => Begin($"quick {i}", quick: 3) is not null));
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(10, Enumerable.Range(0, 50).Count(i => Begin($"failed {i}", quick: 0, isRetry: true) is not null));
    }

    [Fact]
    public void Without_due_retries_first_attempts_may_have_it_all()
    {
        Quick(200);
        Assert.Equal(100, Enumerable.Range(0, 200).Count(i => Begin($"quick {i}", quick: 3) is not null));
    }

    [Fact]
    public void What_has_ended_or_was_given_back_makes_room()
    {
        var turns = Enumerable.Range(0, 80).Select(i => Begin($"bad {i}", quick: 0)!).ToList();
        Assert.False(shares.HasRoom(Place.Slow, isRetry: false));
        shares.End(turns[0], wasQuick: false);
        Assert.True(shares.HasRoom(Place.Slow, isRetry: false));
        shares.GiveBack(turns[1]);
        Assert.Equal(2, Enumerable.Range(100, 50).Count(i => Begin($"bad {i}", quick: 0) is not null));
        Assert.Equal(0, shares.UnderWayTo("bad 1"));
    }

    private void Quick(int count)
    {
        for (var i = 0; i < count; i++)
        {
            shares.End(Begin($"quick {i}", quick: 3)!, wasQuick: true);
        }
    }

    private EndpointTurn? Reserve(string endpoint) => shares.TryReserveUnread(endpoint, 1, isRetry: false).Turn;

    private EndpointTurn? Begin(string endpoint, int? quick, bool isRetry = false, long host = 1)
    {
        var (turn, _) = shares.TryReserve(endpoint, host, quick, isRetry);
        if (turn is not null)
        {
            shares.Start(turn);
        }

        return turn;
    }
}
