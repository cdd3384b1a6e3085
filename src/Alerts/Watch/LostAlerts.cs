namespace Alerts.Watch;

/// <summary>
/// The number of alerts that earlier product versions lost and that were queued at the first start after the upgrade.
/// </summary>
internal sealed record LostAlerts(long Corrections, long Reminders);
