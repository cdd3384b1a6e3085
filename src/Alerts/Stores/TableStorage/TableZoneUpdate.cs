using Alerts.Dates;
using Alerts.Due;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Computes stored instants again after an update of the time zone data: the list of dates, and the lines of the plan
/// still ahead. Writes only what differs.
/// </summary>
internal sealed class TableZoneUpdate(Tables tables, TableDateList list, TableDates dates, TablePlan plan)
{
    private const string Partition = "watch";
    private const string Row = "tzdb";

    /// <summary>
    /// The largest change of an instant that counts as one of the time zone data: a zone that changes sides of the
    /// date line. Lines that differ by more are left over from a date that was moved.
    /// </summary>
    private static readonly Duration MaxShift = Duration.FromDays(1);

    /// <summary>See <see cref="Watch.IWatch.UpdateZonesAsync"/>.</summary>
    public async Task RunAsync(Instant watchedTo, CancellationToken cancel)
    {
        if ((await tables.State.FindAsync(Partition, Row, cancel))?.GetString("Version") == Zones.Version)
        {
            return;
        }

        foreach (var listed in await list.OutdatedAsync(cancel))
        {
            if (await dates.FindAsync(listed.Id, cancel) is { } version && plan.MayOwe(version.KeyDate))
            {
                foreach (var preferenceSet in await plan.FollowersAsync(version.KeyDate, cancel))
                {
                    await plan.PlanAsync(version, preferenceSet, cancel);
                }
            }

            await list.RebuildAsync(listed, cancel);
        }

        var known = new Dictionary<string, DateVersion?>();
        await foreach (var line in plan.AheadAsync(watchedTo, cancel))
        {
            if (!known.TryGetValue(line.DateId, out var version))
            {
                known[line.DateId] = version = await dates.FindAsync(line.DateId, cancel);
            }

            if (version is not null)
            {
                await UpdateAsync(line, version, watchedTo, cancel);
            }
        }

        await tables.State.UpsertAsync(
            new TableEntity(Partition, Row) { ["Version"] = Zones.Version }, cancel);
    }

    private async Task UpdateAsync(PlanLine line, DateVersion version, Instant watchedTo, CancellationToken cancel)
    {
        var preferenceSet = await plan.FindAsync(line.PreferenceSet, cancel);
        if (Owed.Reminders(version, preferenceSet.Preferences).FirstOrDefault(due => due.Lead.Text == line.Lead)
            is not { } due || due.DueAt == line.DueAt)
        {
            return;
        }

        await plan.PlanAsync(version, preferenceSet, cancel);
        if (due.DueAt <= watchedTo && line.DueAt - due.DueAt <= MaxShift)
        {
            // The windows to come would not contain it.
            await plan.PlanAsync(version, preferenceSet, due, watchedTo + Duration.FromMilliseconds(1), cancel);
        }

        await plan.DropAsync(line, cancel);
    }
}
