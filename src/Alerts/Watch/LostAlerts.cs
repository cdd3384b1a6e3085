namespace Alerts.Watch;

/// <summary>What earlier versions lost and is owed now, as counted once at the first start after the upgrade.</summary>
internal sealed record LostAlerts(long Corrections, long Reminders);
