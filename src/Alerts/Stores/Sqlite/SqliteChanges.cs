using System.Data;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Watch;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Enqueues the corrections and short notices that follow from a change of a date, one page of
/// subscriptions per transaction.
/// </summary>
/// <param name="correctionsHold">How long a correction waits after its change.</param>
internal sealed class SqliteChanges(Database database, DateRows rows, SqlitePlan plan, Duration correctionsHold)
{
    /// <summary>Number of subscriptions whose attempts are read in one transaction.</summary>
    private const int PageSize = 5_000;

    /// <summary>Queues an existing row again if it is void; leaves any other row as it is.</summary>
    private const string OrQueueAgain =
        """
         ON CONFLICT (date_no, subscription_no, revision, kind, lead) DO UPDATE
            SET due_at = excluded.due_at, expires = excluded.expires, next_at = excluded.next_at,
              state = CASE WHEN failures > 0 THEN 2 ELSE 0 END, reason = NULL
            WHERE state = 6
        """;

    /// <summary>Voids the waiting rows of older revisions, and enqueues the corrections that are owed.</summary>
    public void Correct(long dateNo, DateVersion version, CancellationToken cancel)
    {
        var history = database.Read(session => rows.History(session, dateNo));
        InPages(dateNo, (session, _, from, upTo) =>
        {
            session.Execute(
                "UPDATE deliveries SET state = 6, reason = @5, next_at = NULL WHERE date_no = @1 "
                + "AND subscription_no > @2 AND subscription_no <= @3 AND revision < @4 AND next_at IS NOT NULL",
                dateNo, from, upTo, version.KeyDate.Revision, EndReasons.Superseded);
            return session.Execute(
                SqliteWatch.InsertRow
                    + """
                    SELECT s.no, @1, @2, @3, '-', @4, NULL, 0, @5, s.channel, s.lane FROM json_each(@6) owed
                      CROSS JOIN subscriptions s ON s.no = owed.value
                    WHERE s.status IN (1, 2) ON CONFLICT DO NOTHING
                    """,
                dateNo, version.KeyDate.Revision, (int)Corrections.KindFor(version), version.RecordedAt,
                version.RecordedAt + correctionsHold,
                JsonList.Of(OwedCorrections(session, dateNo, history, version, from, upTo)));
        }, cancel);
    }

    /// <summary>
    /// Enqueues the short notice of a change for those followers of a preference set that are owed it and were
    /// followers before the change.
    /// </summary>
    /// <param name="isForLost">
    /// Whether it makes up for reminders lost by an earlier version of the service: those that were owed, at their
    /// own instant or at short notice, and are void or not in the ledger.
    /// </param>
    /// <returns>Number of rows inserted or queued again.</returns>
    public long GiveNotice(long dateNo, DateVersion version, long preferenceSet, ShortNotice notice,
        CancellationToken cancel, bool isForLost = false)
    {
        var byRevision = Corrections.ByRevision(database.Read(session => rows.History(session, dateNo)));
        // Either a follower before the change, or one that was owed the lead at its own instant or at short notice.
        var wasThere = isForLost ? "(s.since < @9 OR (s.since <= @10 AND @9 <= @10))"
            : "(s.since_no < @9 OR (@9 = 0 AND s.since <= @10))";
        return SqliteWatch.InPages(database, preferenceSet, PageSize, (session, _, from, upTo) =>
        {
            // A subscription without any attempt is owed the notice; only the others need their attempts checked.
            var owed = SqliteKnowledge.OfFollowers(session, dateNo, preferenceSet, from, upTo)
                .Where(told => IsOwed(Knowledge.Of(told.SelectMany(row => row.Attempts(byRevision)))))
                .Select(told => told.Key);
            return session.Execute(
                SqliteWatch.InsertRow +
                $"""
                SELECT s.no, @1, @2, 1, @3, @4, @5, 0, @4, s.channel, s.lane FROM subscriptions s
                WHERE s.schedule = @6 AND s.no > @7 AND s.no <= @8 AND s.status IN (1, 2) AND {wasThere}
                  AND (s.no IN (SELECT value FROM json_each(@11))
                    OR NOT EXISTS (SELECT 1 FROM deliveries WHERE date_no = @1 AND subscription_no = s.no
                      AND {SqliteKnowledge.WasAttempted}))
                ORDER BY s.no
                """ + OrQueueAgain,
                dateNo, version.KeyDate.Revision, notice.Due.Lead.Text, notice.Due.DueAt, notice.Due.Expires,
                preferenceSet, from, upTo, isForLost ? notice.OwnInstant : version.Order,
                isForLost ? version.MovedAt : version.RecordedAt, JsonList.Of(owed));
        }, cancel);

        bool IsOwed(Knowledge knowledge) => isForLost ? Owed.IsNoticeOwed(knowledge, version, notice)
            : Owed.IsNoticeOwedBy(version, knowledge, notice);
    }

    /// <summary>
    /// Enqueues the correction to the date's current version for every subscription that is owed one. Void
    /// corrections are queued again.
    /// </summary>
    /// <returns>Number of corrections queued.</returns>
    public long OweAll(long dateNo, DateVersion version, CancellationToken cancel)
    {
        if (version.KeyDate.Revision == 1)
        {
            return 0;
        }

        var history = database.Read(session => rows.History(session, dateNo));
        return InPages(dateNo, (session, now, from, upTo) =>
            OwedCorrections(session, dateNo, history, version, from, upTo).Sum(subscriptionNo =>
                OweCorrection(session, rows, dateNo, subscriptionNo, now, alsoFailed: false)), cancel);
    }

    /// <summary>Runs one write transaction per page of the subscriptions with rows of a date.</summary>
    private long InPages(long dateNo, Func<Session, Instant, long, long, int> work, CancellationToken cancel) =>
        database.WriteInPages(
            "SELECT subscription_no FROM deliveries WHERE date_no = @1 AND subscription_no > @2 "
            + "ORDER BY subscription_no LIMIT 1 OFFSET @3",
            dateNo, PageSize, work, cancel);

    /// <summary>Counts the subscriptions that a version would notify, by kind and channel.</summary>
    public Dictionary<Notified, long> Impact(Session session, DateVersion? current, DateVersion next)
    {
        var counts = new Dictionary<Notified, long>();
        var dateNo = session.Number("SELECT no FROM dates WHERE id = @1", next.KeyDate.Id) ?? -1;
        var history = current is null ? [] : rows.History(session, dateNo);
        if (Corrections.AreOwedFor(next))
        {
            Count(
                Corrections.KindFor(next),
                """
                SELECT s.channel, count(*) AS count
                FROM json_each(@1) owed CROSS JOIN subscriptions s ON s.no = owed.value
                WHERE s.status IN (1, 2) GROUP BY s.channel
                """,
                JsonList.Of(OwedCorrections(session, dateNo, history, next, -1, long.MaxValue)));
        }

        var byRevision = Corrections.ByRevision(history);
        foreach (var preferenceSet in SqlitePlan.Followers(session, next.KeyDate))
        {
            if (Owed.NoticeOf(next, current, plan.PreferencesOf(session, preferenceSet)) is not { } notice)
            {
                continue;
            }

            var told = SqliteKnowledge.OfFollowers(session, dateNo, preferenceSet, -1, long.MaxValue)
                .Where(one => !Owed.IsNoticeOwedBy(
                    next, Knowledge.Of(one.SelectMany(row => row.Attempts(byRevision))), notice));
            Count(
                AlertKind.Reminder,
                """
                SELECT s.channel, count(*) AS count FROM subscriptions s
                WHERE s.schedule = @1 AND s.status IN (1, 2) AND s.no NOT IN (SELECT value FROM json_each(@2))
                GROUP BY s.channel
                """,
                preferenceSet, JsonList.Of(told.Select(one => one.Key)));
        }

        return counts;

        void Count(AlertKind kind, string sql, params ReadOnlySpan<object?> values)
        {
            foreach (var (channel, count) in session.Query(
                sql, row => (row.GetString("channel"), row.GetInt64("count")), values))
            {
                counts[new Notified(kind, channel)] = counts.GetValueOrDefault(new Notified(kind, channel)) + count;
            }
        }
    }

    /// <summary>
    /// Queues all corrections that one subscription is owed: for each of its dates the correction to the current
    /// version, unless the ledger has it under way or delivered.
    /// </summary>
    /// <param name="alsoFailed">Whether a failed correction is tried again.</param>
    public static void OweCorrections(Session session, DateRows rows, long subscriptionNo, Instant now, bool alsoFailed)
    {
        foreach (var dateNo in session.Numbers(
            "SELECT DISTINCT date_no FROM deliveries WHERE subscription_no = @1 AND kind <> 0", subscriptionNo))
        {
            OweCorrection(session, rows, dateNo, subscriptionNo, now, alsoFailed);
        }
    }

    /// <summary>
    /// Queues the correction to a date's current version that one subscription is owed, unless the ledger has it
    /// under way or delivered.
    /// </summary>
    /// <param name="alsoFailed">Whether a failed correction is tried again.</param>
    /// <returns>Number of corrections queued: 0 or 1.</returns>
    public static int OweCorrection(Session session, DateRows rows, long dateNo, long subscriptionNo, Instant now,
        bool alsoFailed)
    {
        var current = rows.Current(session, dateNo);
        if (current.KeyDate.Revision == 1)
        {
            return 0;
        }

        var knowledge = SqliteKnowledge.Of(session, dateNo, subscriptionNo, rows.History(session, dateNo));
        if (knowledge.CorrectionOwed(current.KeyDate, Instant.Max(now, current.MovedAt)) is null)
        {
            return 0;
        }

        return session.Execute(
            SqliteWatch.InsertRow +
            """
            SELECT s.no, @1, @2, @3, '-', @4, NULL, 0, @5, s.channel, s.lane FROM subscriptions s WHERE s.no = @6
              AND s.status IN (1, 2)
            ON CONFLICT (date_no, subscription_no, revision, kind, lead) DO UPDATE
              SET next_at = excluded.next_at, state = 0, failures = 0, reason = NULL
                WHERE state = 6 OR (state = 4 AND @7)
            """,
            dateNo, current.KeyDate.Revision, (int)Corrections.KindFor(current), current.MovedAt, now, subscriptionNo,
            alsoFailed ? 1 : 0);
    }

    private static List<long> OwedCorrections(Session session, long dateNo, List<DateVersion> history,
        DateVersion version, long from, long upTo)
    {
        var (others, byRevision) = (Corrections.OtherRevisions(history, version), Corrections.ByRevision(history));
        return others.Count == 0 ? []
            : [.. SqliteKnowledge.Of(session, dateNo, from, upTo).Where(IsOwed).Select(told => told.Key)];

        bool IsOwed(IGrouping<long, NotificationRow> told)
        {
            var older = told.Where(row => row.Revision <= version.KeyDate.Revision).ToList();
            if (!older.Exists(row => others.Contains(row.Revision)))
            {
                return false;
            }

            // Every attempt announced something else, so a correction is owed whatever the outcomes were.
            return (version.KeyDate.Over > version.MovedAt && older.TrueForAll(row => others.Contains(row.Revision)))
                || Corrections.IsOwedBy(version, Knowledge.Of(older.SelectMany(row => row.Attempts(byRevision))));
        }
    }
}
