using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Alerts.App;
using Alerts.Queue.ServiceBus;
using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Both ends of one queue, as the service puts them together from its settings.</summary>
internal sealed class QueueEnds : IAsyncDisposable
{
    private readonly string _queue;
    private readonly TimeProvider _time;
    private readonly ServiceBusConnection _connection;
    private readonly ServiceBusSender _sender;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly ConcurrentBag<IDisposable> _receivers = [];

    /// <param name="time">For locks and tokens; null for the real clock.</param>
    public QueueEnds(string connectionString, string queue, TimeProvider? time = null)
        : this(Options(("ServiceBus:ConnectionString", connectionString)), queue, new NoCredential(), time)
    {
    }

    public QueueEnds(ServiceBusOptions options, string queue, TokenCredential credential, TimeProvider? time = null)
    {
        _queue = queue;
        _time = time ?? TimeProvider.System;
        _connection = new ServiceBusConnection(options, credential, _time, NullLogger<ServiceBusConnection>.Instance);
        _sender = new ServiceBusSender(_connection, queue, NullLogger<ServiceBusSender>.Instance);
    }

    /// <summary>What has arrived, in the order in which handlers began.</summary>
    public ConcurrentQueue<ReceivedMessage> Arrived { get; } = new();

    public IReadOnlyList<string> ArrivedIds => [.. Arrived.Select(message => message.Id)];

    public static ServiceBusOptions Options(params (string Name, string Value)[] settings) =>
        ServiceBusSettings.Read(new Settings(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Alerts:" + setting.Name, (string?)setting.Value))).Build()));

    public static QueueMessage Message(string id, string body = "{}", Instant? notBefore = null) => new(id, Encoding.UTF8.GetBytes(body), notBefore);

    public Task SendAsync(params QueueMessage[] messages) => _sender.SendAsync(messages, TestContext.Current.CancellationToken);

    /// <summary>Begins to receive.</summary>
    /// <param name="handle">Null: every message is completed.</param>
    public void Receive(int workers = 1, Func<ReceivedMessage, Task<MessageOutcome>>? handle = null)
    {
        var receiver = new ServiceBusReceiver(
            _connection, _queue, workers,
            message =>
            {
                Arrived.Enqueue(message);
                return handle?.Invoke(message) ?? Task.FromResult<MessageOutcome>(new MessageOutcome.Completed());
            },
            _time, NullLogger<ServiceBusReceiver>.Instance);
        _receivers.Add(receiver);
        _running.Add(Task.Run(() => receiver.RunAsync(_stop.Token)));
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
        foreach (var receiver in _receivers)
        {
            receiver.Dispose();
        }

        _sender.Dispose();
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private sealed class NoCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new InvalidOperationException("a key was given");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new InvalidOperationException("a key was given");
    }
}

/// <summary>A handler that waits until it is let go, so that a test knows what is in work.</summary>
internal sealed class Door
{
    private readonly Channel<MessageOutcome> _outcomes = Channel.CreateUnbounded<MessageOutcome>();

    public async Task<MessageOutcome> WaitAsync(ReceivedMessage message) => await _outcomes.Reader.ReadAsync();

    /// <summary>Lets so many go, those waiting or those to come.</summary>
    public void Open(int count, MessageOutcome? outcome = null)
    {
        for (var i = 0; i < count; i++)
        {
            _outcomes.Writer.TryWrite(outcome ?? new MessageOutcome.Completed());
        }
    }
}
