using Alerts.Subscriptions;

namespace Alerts.Web.Pages.Channels;

/// <summary>What the pages show differently for a channel: its form fields and its texts.</summary>
internal abstract class ChannelPages
{
    /// <summary>See <see cref="ChannelKind.Name"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The channel as a choice in the form.</summary>
    public abstract string Label { get; }

    /// <summary>The words before the address of a subscription.</summary>
    public abstract string To { get; }

    /// <summary>What to do while the subscription is pending.</summary>
    public abstract string Pending(Subscription subscription);

    /// <summary>The heading of the alerts that a pending subscription would get.</summary>
    public abstract string ComingOncePending { get; }

    /// <summary>The button that sends the request to opt in again.</summary>
    public abstract string AskAgain { get; }

    /// <summary>The name of the field that holds the target.</summary>
    public abstract string TargetField { get; }

    /// <summary>The fields of the channel; their names are those of the members of <c>channel</c>.</summary>
    public abstract Html Fields(PreferencesForm form, FieldErrors errors);

    /// <summary>The <c>channel</c> that an API client would send.</summary>
    public abstract ChannelRequest Request(PreferencesForm form);

    /// <summary>
    /// A question about a target that is probably mistyped; null when it looks right, or is not valid at all.
    /// </summary>
    public virtual Problem? Doubt(PreferencesForm form) => null;

    /// <summary>The page after a request to subscribe.</summary>
    /// <param name="made">
    /// The subscription as it was created; null for a channel whose targets are persons
    /// (<see cref="ChannelKind.IsPersonal"/>): the page must not reveal whether the person is known.
    /// </param>
    public abstract Page Subscribed(Target target, Made? made, HttpRequest request);

    /// <summary>A subscription as it was created, and the identity with its secret.</summary>
    internal sealed record Made(Subscription Subscription, SubscriptionIdentity Identity);
}

/// <summary>The pages of all channels, in the order of the form.</summary>
internal sealed class AllChannelPages(IEnumerable<ChannelPages> registered)
{
    public IReadOnlyList<ChannelPages> All { get; } = [.. registered];

    /// <summary>The pages of the channel that a form names; of the first channel when it names none.</summary>
    public ChannelPages ChosenIn(PreferencesForm form) =>
        All.FirstOrDefault(pages => pages.Name == form.Channel) ?? All[0];

    /// <summary>The pages of a subscription's channel.</summary>
    public ChannelPages Of(Subscription subscription) => All.Single(pages => pages.Name == subscription.Channel.Name);
}

/// <summary>Registers the pages of each channel.</summary>
internal static class ChannelPagesRegistration
{
    public static IServiceCollection AddChannelPages(this IServiceCollection services) => services
        .AddSingleton<AllChannelPages>()
        .AddSingleton<ChannelPages, EmailPages>()
        .AddSingleton<ChannelPages, WebhookPages>();
}
