using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>
/// A SASL mechanism without credentials that, like Service Bus, sends no AMQP frame before the peer does. The library's
/// own mechanism sends its open frame right after the SASL outcome, and Microsoft's JavaScript client drops whatever
/// arrives in the same read as that outcome.
/// </summary>
internal sealed class SilentSasl(Symbol name) : SaslProfile(name)
{
    /// <summary>The mechanism that Microsoft's JavaScript client requests.</summary>
    public static readonly Symbol NoCredentials = new("ANONYMOUS");

    /// <summary>The mechanism that Microsoft's .NET client requests; it sends its claims through <c>$cbs</c>.</summary>
    public static readonly Symbol ClaimsBased = new("MSSBCBS");

    protected override ITransport UpgradeTransport(ITransport transport) => new Silent((IAsyncTransport)transport);

    protected override DescribedList GetStartCommand(string hostname) => throw new NotSupportedException();

    protected override DescribedList OnCommand(DescribedList command) => new SaslOutcome { Code = SaslCode.Ok };

    private sealed class Silent(IAsyncTransport inner) : IAsyncTransport
    {
        private readonly TaskCompletionSource _spokenTo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void SetConnection(Connection connection) => inner.SetConnection(connection);

        public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
        {
            await _spokenTo.Task;
            await inner.SendAsync(bufferList, listSize);
        }

        public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
        {
            var received = await inner.ReceiveAsync(buffer, offset, count);
            _spokenTo.TrySetResult();
            return received;
        }

        public void Send(ByteBuffer buffer) => inner.Send(buffer);

        public int Receive(byte[] buffer, int offset, int count) => inner.Receive(buffer, offset, count);

        public void Close()
        {
            _spokenTo.TrySetResult();
            inner.Close();
        }
    }
}
