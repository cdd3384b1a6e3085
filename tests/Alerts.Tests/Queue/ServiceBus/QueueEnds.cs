using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Alerts.Queue;
using Alerts.Queue.ServiceBus;
using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Sender and receivers of one queue, built from settings as the service does.</summary>
internal sealed class QueueEnds : IAsyncDisposable
{
    private readonly ServiceClock _clock = new(TimeProvider.System);
    private readonly string _queue;
    private readonly ServiceBusConnection _connection;
    private readonly QueueMessageHandler _handler;
    private readonly AlertQueueReceiver _receiver;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public QueueEnds(string connectionString, string queue)
        : this(Options(("ServiceBus:ConnectionString", connectionString)), queue, new NoCredential())
    {
    }

    public QueueEnds(
        ServiceBusOptions options, string queue, TokenCredential credential,
        Action<ServiceBusClientOptions>? adjust = null)
    {
        _queue = queue;
        _connection = new ServiceBusConnection(options, credential, Log, queue, adjust);
        Sender = new AlertQueueSender(_connection, _clock);
        // Without channels: the tests bring their own handlers.
        _handler = new QueueMessageHandler(
            [], Mock.Of<IClaimStore>(), Sender, _clock,
            new ServiceHealth(_clock, TimeProvider.System, NullLogger<ServiceHealth>.Instance),
            NullLogger<QueueMessageHandler>.Instance);
        _receiver = new AlertQueueReceiver(_connection, [], _handler, NullLogger<AlertQueueReceiver>.Instance);
    }

    /// <summary>The log messages about outages.</summary>
    public ListLogger<ServiceBusConnection> Log { get; } = new();

    public AlertQueueSender Sender { get; }

    /// <summary>The messages received, in the order in which their handlers began.</summary>
    public ConcurrentQueue<ServiceBusReceivedMessage> Arrived { get; } = new();

    public IReadOnlyList<string> ArrivedIds => [.. Arrived.Select(message => message.MessageId)];

    public static ServiceBusOptions Options(params (string Name, string Value)[] settings) =>
        ServiceBusOptions.From(
            new Settings(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(
                        settings.Select(setting =>
                            KeyValuePair.Create("Alerts:" + setting.Name, (string?)setting.Value)))
                    .Build()));

    public static ServiceBusMessage Message(string id, string body = "{}", Instant? notBefore = null) =>
        Message(id, Encoding.UTF8.GetBytes(body), notBefore);

    public static ServiceBusMessage Message(string id, byte[] body, Instant? notBefore = null)
    {
        var message = new ServiceBusMessage(body) { MessageId = id };
        if (notBefore is { } at)
        {
            message.ScheduledEnqueueTime = at.ToDateTimeOffset();
        }

        return message;
    }

    public Task SendAsync(params ServiceBusMessage[] messages) =>
        Sender.SendAsync(_queue, messages, TestContext.Current.CancellationToken);

    /// <summary>Starts receiving.</summary>
    /// <param name="workers">Number of messages handled at once.</param>
    /// <param name="handle">Handles a message; null completes every message.</param>
    public void Receive(int workers = 1, Func<ServiceBusReceivedMessage, Task>? handle = null)
    {
        _running.Add(Task.Run(() => _receiver.ReceiveAsync(
            _queue, workers,
            (message, _) =>
            {
                Arrived.Enqueue(message);
                return handle?.Invoke(message) ?? Task.CompletedTask;
            },
            _stop.Token)));
    }

    /// <summary>Stops receiving as the end of the process does: running handlers finish first.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        // Limited: after a failed assertion a handler may wait for ever for the test's next step, and so would the run.
        await StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await _connection.DisposeAsync();
        _receiver.Dispose();
        _handler.Dispose();
        _stop.Dispose();
    }

    private sealed class NoCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a key was given");

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext,
            CancellationToken cancellationToken) => throw new InvalidOperationException("a key was given");
    }
}

/// <summary>A handler that waits until a test releases it, so that the test knows what is being processed.</summary>
internal sealed class Door
{
    private readonly Channel<Exception?> _outcomes = Channel.CreateUnbounded<Exception?>();

    public async Task WaitAsync(ServiceBusReceivedMessage message)
    {
        if (await _outcomes.Reader.ReadAsync() is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Releases a number of handlers, those waiting first and then those to come.</summary>
    /// <param name="failure">The exception they throw; null to succeed.</param>
    public void Open(int count, Exception? failure = null)
    {
        for (var i = 0; i < count; i++)
        {
            _outcomes.Writer.TryWrite(failure);
        }
    }
}
