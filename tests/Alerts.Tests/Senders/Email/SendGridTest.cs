using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;
using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Senders.Email;

/// <summary>The channel for SendGrid with a fake SendGrid.</summary>
public abstract class SendGridTest : IAsyncLifetime
{
    internal static readonly Instant RealNow = Instant.FromUtc(2026, 11, 24, 12, 0);

    private SendGridChannel channel = null!; // set by InitializeAsync

    internal FakeSendGrid Server { get; private set; } = null!; // set by InitializeAsync

    public async ValueTask InitializeAsync()
    {
        Server = await FakeSendGrid.StartAsync();
        channel = Channel(Server.Host);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal static SendGridChannel Channel(Uri host, TimeSpan? timeOut = null) => new(
        new SendGridOptions(FakeSendGrid.ApiKey, host), Mails.Composer(), Mails.Tokens,
        new FakeTimeProvider(RealNow.ToDateTimeOffset()), timeOut);

    internal static List<OutboundAlert> Readers(int count, OutboundAlert? like = null)
    {
        var alert = like ?? Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z");
        return [.. Enumerable.Range(0, count).Select(i => alert with
        {
            Id = FormattableString.Invariant($"al_{i:D26}"),
            Subscription = alert.Subscription with
            {
                Id = FormattableString.Invariant($"sub_{i}"),
                Address = FormattableString.Invariant($"reader{i}@example.com"),
            },
        })];
    }

    internal Task<IReadOnlyList<SendResult>> SendAsync(IReadOnlyList<OutboundMessage> messages) =>
        channel.SendTogetherAsync(messages, TestContext.Current.CancellationToken);
}
