namespace Alerts.Due;

/// <summary>Kinds of alerts. The numbers are stored and must not change.</summary>
internal enum AlertKind
{
    /// <summary>Not an alert: a confirmation, verification, test or other service message.</summary>
    Service = 0,
    Reminder = 1,
    Rescheduled = 2,
    Cancelled = 3,
}

internal static class AlertKinds
{
    /// <summary>The word for this kind in alert keys, message bodies and API responses.</summary>
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
