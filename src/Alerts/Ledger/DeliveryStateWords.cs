namespace Alerts.Ledger;

/// <summary>The product's words for the states of a delivery, as answers and pages write them.</summary>
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
