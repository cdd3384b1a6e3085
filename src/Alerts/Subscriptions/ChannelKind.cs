namespace Alerts.Subscriptions;

/// <summary>
/// What subscriptions need to know of a channel. Each channel implements it in its own folder and registers it once;
/// <see cref="ChannelKinds"/> finds it by its name.
/// </summary>
internal abstract class ChannelKind
{
    /// <summary>The channel's name in requests, responses, the stores and the queues.</summary>
    public abstract string Name { get; }

    /// <summary>The <c>channel</c> member of a request in its shortest form, for error messages.</summary>
    public abstract string Example { get; }

    /// <summary>
    /// The message that asks for consent: <see cref="ServiceMessage.Confirmation"/> for a person, who opens a link, or
    /// <see cref="ServiceMessage.Verification"/> for an endpoint, which answers a challenge.
    /// </summary>
    public abstract ServiceMessage OptIn { get; }

    /// <summary>
    /// Whether the target belongs to a person, who alone gets the links. Then no response reveals whether the target is
    /// known, and it has at most one subscription per set of preferences. Otherwise each request creates a
    /// subscription, and its response contains the links and secrets.
    /// </summary>
    public bool IsPersonal => OptIn == ServiceMessage.Confirmation;

    /// <summary>Whether the target is an email address; true for one channel only.</summary>
    public virtual bool IsMailbox => false;

    /// <summary>Whether messages are signed with a secret of the subscription; default false.</summary>
    public virtual bool HasSecrets => false;

    /// <summary>Whether <see cref="ServiceMessage.Welcome"/> follows the confirmation; default false.</summary>
    public virtual bool HasWelcome => false;

    /// <summary>
    /// Reads the members of <c>channel</c> other than <c>type</c>; null when the target is missing. Adds each problem
    /// to the reader.
    /// </summary>
    public abstract Target? Read(JsonObjectReader channel);

    /// <summary>
    /// The subscribers' own servers, which take turns. Alerts to them travel alone, and slow ones have a queue of their
    /// own. Null (the default) for a channel that sends all messages to one server: then alerts due at the same instant
    /// travel together.
    /// </summary>
    public virtual Destinations? Destinations => null;

    /// <summary>The destination of a target; 0 when the channel has none.</summary>
    public long DestinationKeyOf(string address) => Destinations?.KeyOf(address) ?? 0;

    /// <summary>The name of the channel that carries a service message; default this one.</summary>
    public virtual string CarrierOf(ServiceMessage message) => Name;

    public sealed override string ToString() => Name;
}

/// <summary>How the destinations of a channel take turns.</summary>
/// <param name="KeyOf">Identifies the destination that a target shares with others; not 0.</param>
/// <param name="MaxPerEndpoint">
/// Maximum number of messages being sent at once to one endpoint that is currently quick.
/// </param>
internal sealed record Destinations(Func<string, long> KeyOf, int MaxPerEndpoint);

/// <summary>The channels of the service, in the order in which they are registered.</summary>
internal sealed class ChannelKinds(IEnumerable<ChannelKind> registered)
{
    public IReadOnlyList<ChannelKind> All { get; } = [.. registered];

    /// <summary>The channel whose targets are email addresses.</summary>
    public ChannelKind Mail => All.Single(channel => channel.IsMailbox);

    /// <summary>The names in quotes, as an enumeration: <c>"a", "b" or "c"</c>.</summary>
    public string Names => Or(All.Select(channel => $"\"{channel.Name}\""));

    /// <summary>The examples of all channels, as an enumeration.</summary>
    public string Examples => Or(All.Select(channel => channel.Example));

    /// <summary>The channel with a name; null when there is none.</summary>
    public ChannelKind? Find(string name) => All.FirstOrDefault(channel => channel.Name == name);

    /// <exception cref="FormatException">No channel has the name.</exception>
    public ChannelKind Of(string name) => Find(name)
        ?? throw new FormatException($"The channel {name} of a subscription is not registered.");

    private static string Or(IEnumerable<string> items) => items.ToList() switch
    {
        [.. var first, var last] when first.Count > 0 => $"{string.Join(", ", first)} or {last}",
        var few => string.Concat(few),
    };
}

/// <summary>Where the messages of a new subscription go.</summary>
/// <param name="Address">The email address or URL.</param>
internal sealed record Target(ChannelKind Channel, string Address)
{
    /// <summary>The format of a webhook's bodies; not used by other channels.</summary>
    public WebhookFormat Format { get; init; }

    /// <summary>Email address to warn when a webhook keeps failing, not confirmed yet; null for none.</summary>
    public string? Contact { get; init; }

    /// <summary>The person whom a request to subscribe sends a message; null for none.</summary>
    public string? Person => Channel.IsPersonal ? Address : Contact;
}
