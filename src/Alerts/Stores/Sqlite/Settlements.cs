using System.Data;
using System.Globalization;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>Records the outcomes of attempts that have ended.</summary>
internal static class Settlements
{
    public static void Mark(Session session, DateRows rows, IChannel channel, IReadOnlyList<Settlement> ended,
        Instant now)
    {
        if (ended.Count == 0)
        {
            return;
        }

        var recorded = Recording.Next(session);
        var outcomes = ended.Zip(Settlement.Outcomes(ended), (settlement, outcome) =>
            (Settlement: settlement, Outcome: outcome)).ToList();
        // Rows with the same outcome are updated together.
        foreach (var alike in outcomes.GroupBy(one => one.Outcome, one => one.Settlement))
        {
            session.Execute(
                """
                UPDATE deliveries SET state = @2, next_at = @3, reason = @4, owner = NULL, failures = failures + @5,
                    log = CASE WHEN @6 THEN coalesce(log || char(10), '') || line.value ELSE log END
                FROM json_each(@1) line WHERE deliveries.no = CAST(line.key AS INTEGER) AND deliveries.state = 1
                """,
                Lines(alike, recorded), (int)alike.Key.State, alike.Key.NextAt, alike.Key.Reason,
                alike.Key.IsFailure ? 1 : 0, alike.Key.IsAttempt ? 1 : 0);
        }

        // In the order in which they ended: a success after a failure is the latest state of the endpoint.
        foreach (var (settlement, outcome) in outcomes.Where(one => one.Outcome.IsAttempt))
        {
            Follow(session, rows, channel, (SqliteClaim)settlement.Claim, settlement, outcome, now);
            var message = settlement.Claim.Message;
            AlertMetrics.Ended(message.Subscription.Channel.Name, message, outcome.State);
        }
    }

    /// <summary>The line to append to each row's log, by row number, as a JSON object.</summary>
    private static string Lines(IEnumerable<Settlement> settlements, long recorded) => JsonWriting.Object(json =>
    {
        foreach (var settlement in settlements)
        {
            var claim = (SqliteClaim)settlement.Claim;
            json.WriteString(
                claim.Row.No.ToString(CultureInfo.InvariantCulture),
                AttemptLog.Line(settlement.Attempt with { Begun = claim.Begun, Ended = recorded }));
        }
    });

    /// <summary>
    /// Applies the further effects of an outcome: supersedes a retry of an old revision, updates the endpoint's
    /// health, and activates a verified webhook.
    /// </summary>
    private static void Follow(
        Session session, DateRows rows, IChannel channel, SqliteClaim claim, Settlement settlement, Outcome outcome,
        Instant now)
    {
        if (outcome.State == DeliveryState.Retrying && claim.Message is OutboundAlert alert)
        {
            // A change committed during the attempt has voided the waiting rows, but not this one.
            session.Execute(
                """
                UPDATE deliveries SET state = 6, reason = @3, next_at = NULL WHERE no = @1
                  AND revision < (SELECT v.revision FROM dates d JOIN date_versions v ON v.date_no = d.no
                    AND v.number = d.version WHERE d.id = @2)
                """,
                claim.Row.No, alert.Date.KeyDate.Id, EndReasons.Superseded);
        }

        if (channel.DisablesWhatFails)
        {
            NoteHealth(session, claim, settlement, now);
        }

        if (settlement.Result is Delivered
            && claim.Message is SystemNotification { Message: ServiceMessage.Verification })
        {
            SubscriptionRows.Activate(session, claim.Row.SubscriptionNo, now);
            SqliteChanges.OweCorrections(session, rows, claim.Row.SubscriptionNo, now, alsoFailed: true);
        }
    }

    private static void NoteHealth(Session session, SqliteClaim claim, Settlement settlement, Instant now)
    {
        var found = session.First(
            "SELECT failing_since, quick, failures, failures_since, failed_at FROM subscriptions WHERE no = @1",
            Health, claim.Row.SubscriptionNo);
        if (found is not { } before)
        {
            return;
        }

        var (health, isDisabled, warnAt) = before.After(settlement.Result, settlement.Took, now);
        if (health != before)
        {
            session.Execute(
                """
                UPDATE subscriptions SET failing_since = @2, quick = @3, failures = @4, failures_since = @5,
                  failed_at = @6
                WHERE no = @1
                """,
                claim.Row.SubscriptionNo, health.FailingSince, health.Quick, health.Run?.Count ?? 0, health.Run?.Since,
                health.Run?.Last);
        }

        if (warnAt is { } at && claim.Message.Subscription.Contact is not null)
        {
            SubscriptionRows.EnqueueMessage(
                session, claim.Row.SubscriptionNo, claim.Message.Subscription, ServiceMessage.Warning, at);
        }

        if (isDisabled && claim.Message.Subscription.Status == SubscriptionStatus.Active)
        {
            SubscriptionRows.SetStatus(session, claim.Row.SubscriptionNo, SubscriptionStatus.Disabled, now);
        }
    }

    private static EndpointHealth Health(SqliteDataReader row) => new()
    {
        FailingSince = row.InstantOrNull("failing_since"),
        Quick = (int?)row.NumberOrNull("quick"),
        Run = row.GetInt32("failures") is > 0 and var count
            ? new FailureRun(row.Instant("failures_since"), row.Instant("failed_at"), count) : null,
    };
}
