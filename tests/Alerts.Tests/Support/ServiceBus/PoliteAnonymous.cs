using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>
/// SASL ANONYMOUS that, like Service Bus, says nothing of AMQP before the peer does. The library's own sends its open
/// frame right behind the SASL outcome, and what comes in one read with that outcome is forgotten by Microsoft's
/// JavaScript client until something else comes.
/// </summary>
internal sealed class PoliteAnonymous() : SaslProfile(Name)
{
    public static readonly Symbol Name = new("ANONYMOUS");

    protected override ITransport UpgradeTransport(ITransport transport) => new Polite((IAsyncTransport)transport);

    protected override DescribedList GetStartCommand(string hostname) => throw new NotSupportedException();

    protected override DescribedList OnCommand(DescribedList command) => new SaslOutcome { Code = SaslCode.Ok };

    private sealed class Polite(IAsyncTransport inner) : IAsyncTransport
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
