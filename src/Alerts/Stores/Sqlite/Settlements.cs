using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>Marks what ended attempts came to.</summary>
internal static class Settlements
{
    public static void Mark(Session session, IReadOnlyList<Settlement> ended, Instant now)
    {
        var outcomes = ended.Select(settlement => (Settlement: settlement, Outcome: Outcome.Of(settlement))).ToList();
        foreach (var alike in outcomes.GroupBy(one => one.Outcome, one => one.Settlement))
        {
            session.Execute(
                """
                UPDATE deliveries SET state = @2, next_at = @3, reason = @4, owner = NULL, failures = failures + @5,
                    log = coalesce(log || char(10), '') || line.value
                FROM json_each(@1) line WHERE deliveries.no = CAST(line.key AS INTEGER) AND deliveries.state = 1
                """,
                Lines(alike), (int)alike.Key.State, alike.Key.NextAt, alike.Key.Reason, alike.Key.IsFailure ? 1 : 0);
        }

        // In the order they ended: an endpoint's success after a failure is its newest word.
        foreach (var (settlement, outcome) in outcomes)
        {
            Follow(session, settlement, outcome.State, now);
        }
    }

    /// <summary>The line that each row's log grows by, under the row's number.</summary>
    private static string Lines(IEnumerable<Settlement> settlements)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (claim, result, _, took) in settlements)
            {
                json.WriteString(
                    claim.Number.ToString(CultureInfo.InvariantCulture),
                    AttemptLog.Line(new Attempt(claim.Message.At, result.Status, (long)took.TotalMilliseconds, result.Response)));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>What else it changes.</summary>
    private static void Follow(Session session, Settlement settlement, DeliveryState state, Instant now)
    {
        var (claim, result, _, _) = settlement;
        if (state == DeliveryState.Retrying && claim.Message is OutgoingAlert alert)
        {
            // A change committed while it was at the wire has gone through the waiting rows already.
            session.Execute(
                """
                UPDATE deliveries SET state = 6, reason = 'superseded', next_at = NULL WHERE no = @1
                  AND revision < (SELECT v.revision FROM dates d JOIN date_versions v ON v.date_no = d.no AND v.number = d.version WHERE d.id = @2)
                """,
                claim.Number, alert.Date.KeyDate.Id);
        }

        EndpointHealth.Note(session, claim.Message, result, isLastAttempt: state is DeliveryState.Failed or DeliveryState.Expired, now);
        if (result is Delivered && claim.Message is OutgoingService { Message: ServiceMessage.Verification } verified)
        {
            SubscriptionRows.Activate(session, verified.Subscription.Number, now);
        }
    }

    /// <summary>What ended attempts make of their rows; those that make the same of them are marked together.</summary>
    private sealed record Outcome(DeliveryState State, Instant? NextAt, string? Reason, bool IsFailure)
    {
        public static Outcome Of(Settlement settlement) => settlement.Result switch
        {
            Delivered => new(DeliveryState.Delivered, null, null, IsFailure: false),
            GaveUp gaveUp => new(DeliveryState.Failed, null, gaveUp.Reason, IsFailure: true),
            Gone => new(DeliveryState.Failed, null, "endpoint disabled", IsFailure: true),
            TryAgain again => RetryPolicy.After(settlement.Claim.Failures + 1, settlement.EndedAt, settlement.Claim.Expires, again.After, Random.Shared.NextDouble() * 2 - 1) switch
            {
                RetryAt retry => new(DeliveryState.Retrying, retry.At, null, IsFailure: true),
                Exhausted => new(DeliveryState.Failed, null, "gave up after ten attempts", IsFailure: true),
                TooLate => new(DeliveryState.Expired, null, "not delivered before it expired", IsFailure: true),
                _ => throw new InvalidOperationException("A retry decision has three forms."),
            },
            _ => throw new InvalidOperationException("A result has four forms."),
        };
    }
}
