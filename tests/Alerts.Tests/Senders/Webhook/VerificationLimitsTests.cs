using System.Net;
using Alerts.Senders.Webhook;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>
/// Tests how many verifications are sent to endpoints that have not consented, on a clock that jumps from one
/// event to the next.
/// </summary>
public class VerificationLimitsTests
{
    private static readonly IPAddress Public = IPAddress.Parse("203.0.113.5");

    [Fact]
    public async Task A_host_that_never_consents_gets_6_a_minute_and_30_an_hour()
    {
        var play = new Play();
        for (var client = 0; client < 1_000; client++)
        {
            play.Add($"msg_{client}", $"client {client}", "host.example", Public);
        }

        await play.RunAsync(TimeSpan.FromHours(3), isConsent: _ => false);

        Assert.InRange(play.Busiest(TimeSpan.FromMinutes(1)), 1, 6);
        Assert.InRange(play.Busiest(TimeSpan.FromHours(1)), 1, 30);
        Assert.InRange(play.Sent.Count, 80, 90); // and the free capacity is used
        Assert.Equal(play.Sent.Count, play.Sent.Select(sent => sent.Id).Distinct().Count());
    }

    [Fact]
    public async Task Five_hundred_endpoints_of_one_host_that_consent_are_through_within_a_minute()
    {
        var play = new Play { AnswerTime = TimeSpan.FromMilliseconds(100) };
        for (var i = 0; i < 500; i++)
        {
            play.Add($"msg_{i}", "one client", "host.example", Public);
        }

        await play.RunAsync(TimeSpan.FromMinutes(1), isConsent: _ => true);
        Assert.Equal(500, play.Sent.Count);
        Assert.True(play.Asked < 5_000, $"They asked {play.Asked} times.");
    }

    [Fact]
    public async Task One_address_gets_60_a_minute_however_many_names_it_has()
    {
        var play = new Play();
        for (var i = 0; i < 1_000; i++)
        {
            play.Add($"msg_{i}", $"client {i % 10}", $"{i}.example", IPAddress.Parse("::ffff:203.0.113.5"));
        }

        await play.RunAsync(TimeSpan.FromMinutes(5), isConsent: _ => false);
        Assert.InRange(play.Busiest(TimeSpan.FromMinutes(1)), 55, 60);
        Assert.InRange(play.Sent.Count, 280, 300);
    }

    [Fact]
    public async Task Loopback_has_no_limit_of_its_address_but_that_of_its_name()
    {
        var play = new Play();
        for (var i = 0; i < 200; i++)
        {
            play.Add($"msg_{i}", "", $"{i}.localhost", IPAddress.Loopback);
            play.Add($"msg_same_{i}", "", "localhost", IPAddress.IPv6Loopback);
        }

        await play.RunAsync(TimeSpan.FromSeconds(30), isConsent: _ => false);
        Assert.Equal(200, play.Sent.Count(sent => sent.Host != "localhost"));
        Assert.Equal(6, play.Sent.Count(sent => sent.Host == "localhost"));
    }

    [Fact]
    public async Task Those_that_wait_take_turns_by_client()
    {
        var play = new Play();
        for (var i = 0; i < 60; i++)
        {
            play.Add($"greedy {i}", "greedy", "host.example", Public);
        }

        await play.RunAsync(TimeSpan.FromSeconds(10), isConsent: _ => false);
        play.Add("modest 0", "modest", "host.example", Public);
        play.Add("modest 1", "modest", "host.example", Public);
        await play.RunAsync(TimeSpan.FromMinutes(3), isConsent: _ => false);

        var order = play.Sent.Select(sent => sent.Id).ToList();
        Assert.InRange(order.IndexOf("modest 0"), 6, 11); // among the next six
        Assert.InRange(order.IndexOf("modest 1"), 6, 11);
    }

    [Fact]
    public async Task A_place_that_was_answered_with_consent_is_free_at_once()
    {
        var play = new Play();
        for (var i = 0; i < 100; i++)
        {
            play.Add($"msg_{i}", $"client {i}", "host.example", Public);
        }

        // One of five refuses: six refusals use up the minute.
        await play.RunAsync(TimeSpan.FromSeconds(59), isConsent: id => !id.EndsWith('0') && !id.EndsWith('5'));
        Assert.Equal(6, play.Sent.Count(sent => sent.Id.EndsWith('0') || sent.Id.EndsWith('5')));
        Assert.True(play.Sent.Count > 12, $"Only {play.Sent.Count} went.");
    }

    /// <summary>
    /// A simulation: verifications ask again when the limits say, and responses arrive after a delay.
    /// </summary>
    private sealed class Play
    {
        private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        private readonly PriorityQueue<Func<Func<string, bool>, Task>, (DateTimeOffset At, long Order)> events = new();
        private readonly VerificationLimits limits;
        private long order;

        public Play() => limits = new VerificationLimits(clock);

        public TimeSpan AnswerTime { get; init; } = TimeSpan.FromMilliseconds(20);

        public List<(string Id, string Host, DateTimeOffset At)> Sent { get; } = [];

        public int Asked { get; private set; }

        public void Add(string id, string client, string host, IPAddress address) =>
            At(TimeSpan.Zero, _ => AskAsync(id, client, host, address));

        public async Task RunAsync(TimeSpan time, Func<string, bool> isConsent)
        {
            var end = clock.GetUtcNow() + time;
            while (events.TryPeek(out _, out var next) && next.At <= end)
            {
                if (next.At > clock.GetUtcNow())
                {
                    clock.SetUtcNow(next.At);
                }

                await events.Dequeue()(isConsent);
            }

            clock.SetUtcNow(end);
        }

        public int Busiest(TimeSpan span) => Sent.Max(first =>
            Sent.Count(sent => sent.At >= first.At && sent.At < first.At + span));

        private async Task AskAsync(string id, string client, string host, IPAddress address)
        {
            Asked++;
            switch (await limits.EnterAsync(host, () => Task.FromResult<IPAddress[]>([address]), id, client))
            {
                case VerificationPlace.None none:
                    At(none.Wait, _ => AskAsync(id, client, host, address));
                    break;
                case VerificationPlace.Granted taken:
                    Sent.Add((id, host, clock.GetUtcNow()));
                    At(AnswerTime, consent =>
                    {
                        taken.End(consent(id));
                        return Task.CompletedTask;
                    });
                    break;
            }
        }

        private void At(TimeSpan wait, Func<Func<string, bool>, Task> what) =>
            events.Enqueue(what, (clock.GetUtcNow() + wait, order++));
    }
}
