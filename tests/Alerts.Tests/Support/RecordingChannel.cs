using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Support;

/// <summary>A channel that records in its world what it is given, and answers what the world says.</summary>
internal sealed class RecordingChannel(string name, World world) : IChannel
{
    public ChannelKind Kind { get; } = world.Get<ChannelKinds>().Of(name);

    public int MaxConcurrency => 8 * MaxBatchSize;

    public bool DisablesWhatFails => name == "webhook";

    public int MaxBatchSize => world.MaxBatchSize;

    public int MaxAlertsPerMessage => name == "email" ? OutboundDigest.MaxAlerts : 1;

    public async Task<IReadOnlyList<SendResult>> SendTogetherAsync(
        IReadOnlyList<OutboundMessage> messages, CancellationToken cancel)
    {
        if (messages.Where(message => message is OutboundAlert or OutboundDigest).ToList() is { Count: > 0 } mails)
        {
            world.Calls.Enqueue(mails);
        }

        return await Task.WhenAll(messages.Select(message => SendAsync(message, cancel)));
    }

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (message is SystemNotification service)
        {
            world.Messages.Enqueue((name, service));
            return world.ServiceAnswer(service);
        }

        if (message is OperatorNotice notice)
        {
            world.Notices.Enqueue(notice);
            return new Delivered(250, "ok");
        }

        world.Mails.Enqueue(message);
        List<OutboundAlert> alerts = message is OutboundDigest several ? [.. several.Alerts]
            : [(OutboundAlert)message]; // there are no others
        alerts.ForEach(world.Alerts.Enqueue);
        if (world.AnswerWhole is { } answer)
        {
            return await answer(message);
        }

        // A test answers for each alert; the first bad answer is that to the message.
        var answers = await Task.WhenAll(alerts.Select(world.Answer));
        return Array.Find(answers, answer => answer is not Delivered) ?? answers[0];
    }
}
