namespace Alerts.Stores.Sqlite;

/// <summary>
/// The database schema. Entry n of <see cref="Migrations"/> upgrades a database from <c>user_version</c> n to n + 1.
/// Entries are only ever added, never changed. Some names are from the first version: a <c>schedule</c> is a preference
/// set, a <c>wish</c> the preferences, a <c>lane</c> the destination key, and <c>mail</c> the id of a digest.
/// </summary>
internal static class Schema
{
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

            -- Key dates: every version for ever, the newest one found by (date, number).
            CREATE TABLE dates (
                no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
                version INTEGER NOT NULL, start_at INTEGER NOT NULL, over_at INTEGER NOT NULL, first_on TEXT NOT NULL,
                last_on TEXT NOT NULL, status TEXT NOT NULL);
            CREATE INDEX dates_by_start ON dates (start_at, id);
            CREATE TABLE date_versions (
                date_no INTEGER NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL,
                recorded_at INTEGER NOT NULL, moved_at INTEGER NOT NULL,
                change TEXT NOT NULL, reason TEXT, shipped INTEGER NOT NULL, date TEXT NOT NULL,
                PRIMARY KEY (date_no, number)) WITHOUT ROWID;
            CREATE TABLE date_topics (topic TEXT NOT NULL, date_no INTEGER NOT NULL,
              PRIMARY KEY (topic, date_no)) WITHOUT ROWID;
            CREATE TABLE shipped_entries (date_id TEXT NOT NULL, place INTEGER NOT NULL,
              PRIMARY KEY (date_id, place)) WITHOUT ROWID;

            -- A schedule is a wish that any number of subscriptions share; the plan holds what the rule says of
            -- each date for each schedule. The plan is derived: dropped and made anew when a date moves or the
            -- time zone data changes.
            CREATE TABLE schedules (no INTEGER PRIMARY KEY, wish TEXT NOT NULL UNIQUE);
            CREATE TABLE follows (what TEXT NOT NULL, schedule INTEGER NOT NULL,
              PRIMARY KEY (what, schedule)) WITHOUT ROWID;
            CREATE TABLE plan (
                date_no INTEGER NOT NULL, schedule INTEGER NOT NULL, lead TEXT NOT NULL, revision INTEGER NOT NULL,
                due_at INTEGER NOT NULL, expires INTEGER NOT NULL,
                PRIMARY KEY (date_no, schedule, lead)) WITHOUT ROWID;
            CREATE INDEX plan_by_due ON plan (due_at);
            CREATE INDEX plan_by_schedule ON plan (schedule, due_at);

            CREATE TABLE subscriptions (
                no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
                address TEXT NOT NULL COLLATE NOCASE, lane INTEGER NOT NULL,
                status INTEGER NOT NULL, created_at INTEGER NOT NULL, since INTEGER NOT NULL, ended_at INTEGER,
                schedule INTEGER NOT NULL, wish TEXT NOT NULL, generation INTEGER NOT NULL, secrets TEXT NOT NULL,
                failing_since INTEGER, exhausted INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX subscriptions_by_schedule ON subscriptions (schedule, no);
            CREATE INDEX subscriptions_by_address ON subscriptions (address, schedule);
            CREATE INDEX subscriptions_pending ON subscriptions (created_at) WHERE status = 0;
            CREATE INDEX subscriptions_ended ON subscriptions (ended_at) WHERE status = 3 AND address <> '';
            CREATE TABLE subscription_versions (
                subscription_no INTEGER NOT NULL, number INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
                status INTEGER NOT NULL, since INTEGER NOT NULL, schedule INTEGER NOT NULL,
                PRIMARY KEY (subscription_no, number)) WITHOUT ROWID;

            -- The ledger, which is the queue too: next_at is set exactly while a row is queued, retrying, or sending in
            -- doubt (no owner, no answer): then it is when it is sent again unless word of it has come.
            -- Service messages have date_no 0, kind 0 and their random id as lead.
            CREATE TABLE deliveries (
                no INTEGER PRIMARY KEY, subscription_no INTEGER NOT NULL, date_no INTEGER NOT NULL,
                revision INTEGER NOT NULL, kind INTEGER NOT NULL, lead TEXT NOT NULL,
                due_at INTEGER NOT NULL, expires INTEGER, state INTEGER NOT NULL, next_at INTEGER,
                channel TEXT NOT NULL, lane INTEGER NOT NULL,
                message TEXT, owner TEXT, attempt_at INTEGER, failures INTEGER NOT NULL DEFAULT 0,
                resent INTEGER NOT NULL DEFAULT 0, log TEXT, reason TEXT);
            CREATE UNIQUE INDEX deliveries_by_alert ON deliveries (date_no, subscription_no, revision, kind, lead);
            CREATE INDEX deliveries_by_subscription ON deliveries (subscription_no, no);
            CREATE INDEX deliveries_open ON deliveries (channel, next_at, lane) WHERE next_at IS NOT NULL;
            CREATE INDEX deliveries_sending ON deliveries (owner) WHERE owner IS NOT NULL;
            CREATE INDEX deliveries_failed ON deliveries (no) WHERE state IN (4, 5);

        -- Changes of dates whose followers have not all been gone through yet.
        CREATE TABLE changes (
            no INTEGER PRIMARY KEY, date_no INTEGER NOT NULL, version INTEGER NOT NULL, horizon INTEGER NOT NULL);
        """,

        // The feed shows the latest recorded versions.
        "CREATE INDEX date_versions_by_recording ON date_versions (recorded_at);",

        // The address that is warned when an endpoint keeps failing; empty for none.
        """
            ALTER TABLE subscriptions ADD COLUMN contact TEXT NOT NULL DEFAULT '';
            ALTER TABLE subscriptions ADD COLUMN contact_confirmed INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX subscriptions_contact_pending ON subscriptions (created_at)
              WHERE contact <> '' AND contact_confirmed = 0;
            """,
        // The format of a webhook's request bodies.
        "ALTER TABLE subscriptions ADD COLUMN format TEXT NOT NULL DEFAULT 'standard';",

        // The order of recording: one counter, incremented by each transaction that records an attempt, a version of
        // a date or a version of a subscription. 0 marks rows recorded by an earlier version of the service.
        // deliveries.begun is the number of the row's last attempt.
        """
        CREATE TABLE recording (no INTEGER NOT NULL);
        INSERT INTO recording (no) VALUES (0);
        ALTER TABLE deliveries ADD COLUMN begun INTEGER;
        ALTER TABLE date_versions ADD COLUMN recorded_no INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE date_versions ADD COLUMN moved_no INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE subscription_versions ADD COLUMN recorded_no INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE subscriptions ADD COLUMN since_no INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE subscriptions ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;
        UPDATE subscriptions SET edited = 1
            WHERE (SELECT count(*) FROM subscription_versions v WHERE v.subscription_no = subscriptions.no) > 2;
        """,

        // The last revision stamps read for a date from a calendar file: an older entry must not undo a newer one.
        """
        CREATE TABLE calendar_stamps (
            date_no INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, stamped_at INTEGER, modified_at INTEGER);
        """,

        // The client that requested a webhook, as a keyed hash. Verifications are shared out fairly among clients.
        "ALTER TABLE subscriptions ADD COLUMN client TEXT NOT NULL DEFAULT '';",

        // The request that each idempotency key was used for, kept for a day.
        """
        CREATE TABLE request_keys (key TEXT PRIMARY KEY, request TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX request_keys_by_age ON request_keys (at);
        """,

        // The health of an endpoint: its consecutive quick successes and its current run of failures. And the turns
        // of its alerts: the place of a row (see SqliteTurns), and since when it has had its turn if that is not
        // next_at. Email rows have lane 0 and take no turns.
        """
        ALTER TABLE subscriptions ADD COLUMN quick INTEGER;
        ALTER TABLE subscriptions ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE subscriptions ADD COLUMN failures_since INTEGER;
        ALTER TABLE subscriptions ADD COLUMN failed_at INTEGER;
        ALTER TABLE subscriptions DROP COLUMN exhausted;
        ALTER TABLE deliveries ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE deliveries ADD COLUMN turn_at INTEGER;
        CREATE INDEX deliveries_turns ON deliveries (channel, place, failures > 0, coalesce(turn_at, next_at))
            WHERE next_at IS NOT NULL AND lane <> 0;
        CREATE INDEX deliveries_set_back ON deliveries (subscription_no, failures > 0, next_at, place)
            WHERE place > 0 AND next_at IS NOT NULL;
        """,

        // The id (ag_…) of the digest that a row's last attempt was part of; null for a row that is sent alone.
        // A row that is queued again after it ended leaves the digest. The index keeps rows of one subscription
        // and instant together.
        """
        ALTER TABLE deliveries ADD COLUMN mail TEXT;
        CREATE INDEX deliveries_by_mail ON deliveries (mail) WHERE mail IS NOT NULL;
        CREATE TRIGGER deliveries_leave_mail AFTER UPDATE OF state ON deliveries
            WHEN NEW.mail IS NOT NULL AND OLD.state > 2 AND NEW.state <= 2
            BEGIN UPDATE deliveries SET mail = NULL WHERE no = NEW.no; END;
        DROP INDEX deliveries_open;
        CREATE INDEX deliveries_open ON deliveries (channel, next_at, subscription_no) WHERE next_at IS NOT NULL;
        """,

        // Sources of key dates, what was read of each of their dates, and every proposal ever made.
        """
        CREATE TABLE sources (
            id TEXT PRIMARY KEY, version INTEGER NOT NULL, removed INTEGER NOT NULL, owner TEXT, state TEXT NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE source_dates (
            no INTEGER PRIMARY KEY, source_id TEXT NOT NULL, date_id TEXT NOT NULL, version INTEGER NOT NULL,
            proposal TEXT, found_at INTEGER, state TEXT NOT NULL, UNIQUE (source_id, date_id));
        CREATE INDEX source_dates_by_date ON source_dates (date_id);
        CREATE INDEX source_dates_proposed ON source_dates (found_at, proposal) WHERE proposal IS NOT NULL;
        CREATE TABLE proposals (
            id TEXT PRIMARY KEY, source_id TEXT NOT NULL, date_id TEXT NOT NULL, found_at INTEGER NOT NULL)
            WITHOUT ROWID;
        """,
    ];
}
