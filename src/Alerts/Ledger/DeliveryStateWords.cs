namespace Alerts.Ledger;

/// <summary>The words for delivery states in API responses and on pages.</summary>
internal static class DeliveryStateWords
{
    public static string Word(this DeliveryState state) => state switch
    {
        DeliveryState.Queued => "queued",
        DeliveryState.Sending => "sending",
        DeliveryState.Retrying => "retrying",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Failed => "failed",
        DeliveryState.Expired => "expired",
        DeliveryState.Void => "void",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
