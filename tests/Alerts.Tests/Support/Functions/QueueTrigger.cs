using Alerts.Tests.Support.Functions.Rpc;
using Alerts.Tests.Support.ServiceBus;
using Amqp.Framing;
using Google.Protobuf;

namespace Alerts.Tests.Support.Functions;

/// <summary>
/// The fake host's trigger for one queue. It takes messages from the fake broker in this process and calls the function
/// with each, up to a maximum concurrency. Success completes a message; failure abandons it.
/// </summary>
/// <param name="atOnce">Maximum number of concurrent calls.</param>
/// <param name="callAsync">Calls the function; returns false when it failed or could not be called.</param>
internal sealed class QueueTrigger(FakeQueue queue, int atOnce, Func<InvocationRequest, Task<bool>> callAsync)
    : IFakeReceiver
{
    private int _running;
    private volatile bool _isPaused;

    public int Credit => _isPaused ? 0 : atOnce - Volatile.Read(ref _running);

    public bool Locks => true;

    /// <summary>Simulates an unreachable broker: no message arrives and none can be settled, so locks expire.</summary>
    public void Pause(bool isPaused)
    {
        _isPaused = isPaused;
        queue.Deliver();
    }

    public bool TryHand(HandedOut message)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(() => RunAsync(message));
        return true;
    }

    private async Task RunAsync(HandedOut message)
    {
        var request = new InvocationRequest();
        request.InputData.Add(new ParameterBinding
        {
            Name = "body",
            Data = new TypedData { Bytes = ByteString.CopyFrom(Body(message)) }
        });
        request.TriggerMetadata["MessageId"] =
            new TypedData { String = message.Properties?.GetMessageId()?.ToString() ?? "" };
        request.TriggerMetadata["DeliveryCount"] =
            new TypedData { String = FormattableString.Invariant($"{message.Header.DeliveryCount + 1}") };
        request.TriggerMetadata["ApplicationProperties"] = new TypedData { Json = PropertiesOf(message) };
        var isDone = await callAsync(request);
        Interlocked.Decrement(ref _running);
        if (_isPaused)
        {
            return;
        }

        queue.Settle(message.LockToken, isDone ? new Accepted() : new Modified { DeliveryFailed = true });
        queue.Deliver();
    }

    private static byte[] Body(HandedOut message) => message.BodySection switch
    {
        Data data => data.Binary,
        AmqpSequence or _ => (byte[])message.Body,
    };

    private static string PropertiesOf(HandedOut message) => System.Text.Json.JsonSerializer.Serialize(
        message.ApplicationProperties?.Map
            .ToDictionary(one => one.Key.ToString()!, one => one.Value?.ToString()) ?? []);
}
