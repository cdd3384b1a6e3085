using Alerts.Dates;
using Alerts.Due;
using NodaTime;

namespace Alerts.Tests.Support.Chains;

/// <summary>One attempt as the receiver sees it.</summary>
/// <param name="Begun">Its place in the order of all that happened.</param>
internal sealed record HeardAttempt(string Key, AlertKind Kind, string Lead, KeyDate NotifiedDate, Instant At, long Begun)
{
    /// <summary>The largest number while it is under way.</summary>
    public long Ended { get; set; } = long.MaxValue;

    public bool IsDelivered { get; set; }
}
