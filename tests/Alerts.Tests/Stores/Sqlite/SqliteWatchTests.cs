using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Stores.Sqlite;
using Alerts.Tests.Web;
using Alerts.Watch;

namespace Alerts.Tests.Stores.Sqlite;

public sealed class SqliteWatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// A change is recorded under the number of the one that two processes are working on:
    /// <code>
    /// this process:    reads change 1 (first) --- processes it --------------------------------------- deletes it
    /// another process:                            deletes change 1 | records second, again as number 1
    /// </code>
    /// </summary>
    [Fact]
    public async Task A_change_recorded_while_another_is_followed_by_two_processes_is_followed_too()
    {
        await using var service = await TestService.StartAsync();
        var (subscription, _) = await service.SubscribeWebhookAsync("\"P7D\"");
        await service.Get<Watcher>().CatchUpAsync(Cancel);
        var dates = service.Get<IKeyDates>();
        foreach (var id in (string[])["first", "second"])
        {
            // The P7D instant has passed, so the alert is owed at short notice.
            var when = new Moment(new LocalDate(2025, 10, 30), null, DateTimeZone.Utc);
            await dates.SaveAsync(
                new KeyDate(id, id, null, [], when, null, DateStatus.Confirmed, null, null, 0), null, null, Cancel);
        }

        service
            .Get<Database>()
            .Write(
                (session, _) =>
                {
                    long Of(string column, string id) =>
                        session
                            .Number($"SELECT {column} FROM changes JOIN dates ON dates.no = date_no WHERE id = @1", id)!
                            .Value; // both changes were just recorded
                    var (first, second, version, horizon) = (
                        Of("date_no", "first"), Of("date_no", "second"), Of("changes.version", "second"),
                        Of("horizon", "second"));
                    session.Execute("DELETE FROM changes WHERE date_no = @1", second);
                    session.Execute(
                        $"""
                        CREATE TRIGGER meanwhile AFTER INSERT ON deliveries WHEN NEW.date_no = {first} BEGIN
                            DELETE FROM changes;
                            INSERT INTO changes (date_no, version, horizon) VALUES ({second}, {version}, {horizon});
                        END
                        """
                    );
                }
            );

        await service.Get<IWatch>().FollowChangesAsync(Cancel);

        var rows = await service.Get<IDeliveries>().OfAsync(subscription, DeliveryFilter.Alerts, null, 10, Cancel);
        Assert.Equal(["first", "second"], rows.Select(row => row.Delivery.KeyDateId).Order(StringComparer.Ordinal));
        Assert.False(await service.Get<IWatch>().HasChangesAsync(Cancel));
    }
}
