using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Stores.Sqlite;

namespace Alerts.Tests.Stores.Sqlite;

public sealed class SqliteUpgradeFacts
{
    /// <summary>
    /// Leaves the database as an earlier version would: without sequence numbers, and with the refused cancellation and
    /// the reminder of the reinstated date lost.
    /// </summary>
    private const string AsLeftBehind =
        """
        UPDATE deliveries SET state = 6, reason = 'superseded', next_at = NULL WHERE kind = 3 AND state = 2;
        DELETE FROM deliveries WHERE revision = 3;
        UPDATE deliveries SET begun = NULL;
        UPDATE date_versions SET recorded_no = 0, moved_no = 0;
        UPDATE subscriptions SET since_no = 0;
        UPDATE subscription_versions SET recorded_no = 0;
        DELETE FROM settings WHERE name = 'lost_alerts_owed';
        """;

    [Fact]
    public async Task The_first_start_after_the_upgrade_owes_once_what_was_lost()
    {
        await using var world = await World.At("2025-11-01 00:00", ("Corrections:Hold", "PT1M"));
        await world.Date("truce", "2025-11-10 12:00");
        await world.Date("talks", "2025-11-11 12:00");
        var told = await world.Subscribe("P7D", address: "told@example.com");
        await world.RunUntil("2025-11-03 10:00"); // the subscriber has been reminded of the truce
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.Cancel("truce");
        await world.RunUntil("2025-11-04 09:00"); // the cancellation and the reminder of the talks are refused
        await world.Date("talks", "2025-11-11 12:00", status: DateStatus.Cancelled);
        await world.Date("talks", "2025-11-11 12:00"); // the cancellation is taken back within the hold
        await world.Settle();
        world.Get<Database>().Write((session, _) =>
        {
            foreach (var statement in AsLeftBehind.Split(";\n"))
            {
                session.Execute(statement);
            }

            foreach (var (no, log) in session.Query("SELECT no, log FROM deliveries WHERE log IS NOT NULL", row =>
                    (row.GetInt64(0), row.GetString(1))))
            {
                // An earlier version wrote log lines without an outcome.
                session.Execute(
                    "UPDATE deliveries SET log = @2 WHERE no = @1",
                    no,
                    string.Join(
                        '\n', AttemptLog.Read(log).Select(one => AttemptLog.Line(one with { Outcome = null }))));
            }
        }
            );
        world.Alerts.Clear();
        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        await world.SleepUntil("2025-11-05 00:00");
        await world.RunUntil("2025-11-05 12:00");
        Assert.Equal(
            ["2025-11-05 00:00 P7D r3", "2025-11-05 00:00 cancelled r2 from r1"],
            world.Got(told).Order(StringComparer.Ordinal));

        await world.SleepUntil("2025-11-06 00:00");
        await world.RunUntil("2025-11-07 00:00");
        Assert.Equal(2, world.Got(told).Count);
    }
}
