namespace Alerts.Due;

/// <summary>What an alert tells. The stored numbers never change.</summary>
internal enum AlertKind
{
    /// <summary>Not an alert: confirmation, verification, test and other service messages.</summary>
    Service = 0,
    Reminder = 1,
    Rescheduled = 2,
    Cancelled = 3,
}

internal static class AlertKinds
{
    /// <summary>The word in alert keys, bodies and answers.</summary>
    public static string Word(this AlertKind kind) => kind switch
    {
        AlertKind.Service => "service",
        AlertKind.Reminder => "reminder",
        AlertKind.Rescheduled => "rescheduled",
        AlertKind.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static bool IsCorrection(this AlertKind kind) => kind is AlertKind.Rescheduled or AlertKind.Cancelled;
}
