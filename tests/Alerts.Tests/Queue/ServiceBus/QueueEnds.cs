using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Alerts.App;
using Alerts.Core;
using Alerts.Queue.ServiceBus;
using Alerts.Tests.Support;
using Azure.Core;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Both ends of one queue, as the service puts them together from its settings.</summary>
internal sealed class QueueEnds : IAsyncDisposable
{
    private readonly string _queue;
    private readonly ServiceBusConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public QueueEnds(string connectionString, string queue)
        : this(Options(("ServiceBus:ConnectionString", connectionString)), queue, new NoCredential())
    {
    }

    public QueueEnds(
        ServiceBusOptions options,
        string queue,
        TokenCredential credential,
        Action<ServiceBusClientOptions>? adjust = null)
    {
        _queue = queue;
        _connection = new ServiceBusConnection(options, credential, Log, adjust);
        Sender = new AlertQueueSender(_connection, new ServiceClock(TimeProvider.System), TimeProvider.System);
    }

    /// <summary>What was logged about outages.</summary>
    public ListLogger<ServiceBusConnection> Log { get; } = new();

    public AlertQueueSender Sender { get; }

    /// <summary>What has arrived, in the order in which handlers began.</summary>
    public ConcurrentQueue<ServiceBusReceivedMessage> Arrived { get; } = new();

    public IReadOnlyList<string> ArrivedIds => [.. Arrived.Select(message => message.MessageId)];

    public static ServiceBusOptions Options(params (string Name, string Value)[] settings) =>
        ServiceBusSettings.Read(
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

    /// <summary>Begins to receive.</summary>
    /// <param name="handle">Null: every message is completed.</param>
    public void Receive(int workers = 1, Func<ServiceBusReceivedMessage, Task>? handle = null)
    {
        var processor = new QueueProcessor(
            _connection, _queue, workers,
            (message, _) =>
            {
                Arrived.Enqueue(message);
                return handle?.Invoke(message) ?? Task.CompletedTask;
            },
            NullLogger<QueueProcessor>.Instance);
        _running.Add(Task.Run(() => processor.RunAsync(_stop.Token)));
    }

    /// <summary>As the end of the process does: handlers finish first.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        // Bounded: after a failure a handler may wait for ever for what the test did not come to do, and the whole run with it.
        await StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await _connection.DisposeAsync();
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

/// <summary>A handler that waits until it is let go, so that a test knows what is in work.</summary>
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

    /// <summary>Lets so many go, those waiting or those to come.</summary>
    /// <param name="failure">What they end with; null: they succeed.</param>
    public void Open(int count, Exception? failure = null)
    {
        for (var i = 0; i < count; i++)
        {
            _outcomes.Writer.TryWrite(failure);
        }
    }
}
