using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Support.Chains;

/// <summary>The system that random chains run on.</summary>
internal interface IChainHost
{
    Instant Now { get; }

    /// <summary>Waits until everything due has been processed.</summary>
    Task SettleAsync();

    /// <summary>Saves a date and returns it with its revision.</summary>
    Task<KeyDate> SaveAsync(KeyDate wanted);

    Task<Subscription> SubscribeAsync(Preferences preferences);

    Task EditAsync(Subscription subscription, Preferences preferences);

    Task EndAsync(Subscription subscription);

    Task ResumeAsync(Subscription subscription);

    Task<IReadOnlyList<Delivery>> RowsAsync(Subscription subscription);
}

/// <summary>The outcome of a chain's attempts, until the next change of fate.</summary>
internal enum Fate
{
    Delivered,
    Refused,
    TimedOut,
    InDoubt,
    Mixed,

    /// <summary>The endpoint rejects the message permanently.</summary>
    GivenUp,

    /// <summary>The attempt hangs until the process is killed.</summary>
    Hangs,
}
