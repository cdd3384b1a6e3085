using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;
using Amqp.Listener;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>
/// A broker in this process, on a free loopback port, with the semantics of Azure Service Bus queues: peek-lock,
/// delivery count, dead letters, scheduled messages, duplicate detection, and sign-in by SASL PLAIN or <c>$cbs</c>. Its
/// messages survive <see cref="Stop"/> and <see cref="Resume"/>.
/// </summary>
internal sealed class FakeServiceBus : IDisposable, IHandler
{
    public const string Policy = "RootManageSharedAccessKey";
    public const string Key = "fake+key/for=tests";

    /// <summary>Maximum message size in bytes: 256 KiB, as in the Standard tier.</summary>
    public const int MaxMessageSize = 256 * 1024;

    /// <summary>The AMQP message format of a batch: a transfer whose body sections are messages.</summary>
    public const uint BatchFormat = 0x80013700;

    private readonly ConcurrentDictionary<string, FakeQueue> _queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly ConcurrentQueue<Fault> _faults = new();
    private readonly ConcurrentQueue<int> _transfers = new();
    private readonly TimeProvider _time;
    private readonly X509Certificate2? _certificate;
    private ContainerHost? _host;
    private int _connections;

    private FakeServiceBus(TimeProvider time, X509Certificate2? certificate)
    {
        _time = time;
        _certificate = certificate;
        Claims = new Claims(Policy, Key, time);
    }

    public int Port { get; } = FreePort.Kept();

    public Claims Claims { get; }

    /// <summary>
    /// The connection string: with TLS when the bus has a certificate, otherwise in the form for Microsoft's emulator.
    /// </summary>
    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{Port};SharedAccessKeyName={Policy};SharedAccessKey={Key}"
        + (_certificate is null ? ";UseDevelopmentEmulator=true" : "");

    /// <summary>Sizes in bytes of the transfers received from senders; a batch is one transfer.</summary>
    public IReadOnlyList<int> Transfers => [.. _transfers];

    /// <summary>Number of connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public FakeQueue this[string queue] => _queues[queue];

    /// <param name="queues">The names of the queues.</param>
    /// <param name="rules">The rules of all queues; null for the defaults.</param>
    /// <param name="time">The clock for locks, schedules and tokens; null for the real clock.</param>
    /// <param name="certificate">The TLS certificate; null for no TLS.</param>
    public static FakeServiceBus Start(
        IEnumerable<string> queues, FakeQueueRules? rules = null, TimeProvider? time = null,
        X509Certificate2? certificate = null)
    {
        var bus = new FakeServiceBus(time ?? TimeProvider.System, certificate);
        bus.Resume();
        foreach (var name in queues)
        {
            bus.AddQueue(name, rules ?? new FakeQueueRules());
        }

        return bus;
    }

    public void AddQueue(string name, FakeQueueRules rules)
    {
        _queues[name] = new FakeQueue(name, rules, _time);
        Manage(_queues[name]);
    }

    /// <summary>Accepts connections; after <see cref="Stop"/> on the same port and with all its messages.</summary>
    public void Resume()
    {
        var host = new ContainerHost(
            [new Address("127.0.0.1", Port, scheme: _certificate is null ? "amqp" : "amqps")], _certificate);
        var listener = host.Listeners[0];
        listener.SASL.EnablePlainMechanism(Policy, Key);
        listener.SASL.EnableMechanism(SilentSasl.NoCredentials, new SilentSasl(SilentSasl.NoCredentials));
        listener.SASL.EnableMechanism(SilentSasl.ClaimsBased, new SilentSasl(SilentSasl.ClaimsBased));
        listener.HandlerFactory = _ => this;

        host.AddressResolver = (_, attach) =>
        {
            // A peer that gives no address for responses is addressed by the name of its link.
            if (attach is { Role: true, Target: Target { Address: null } target })
            {
                target.Address = attach.LinkName;
            }

            return AddressOf(attach);
        };
        host.RegisterLinkProcessor(new QueueLinks(this));
        host.RegisterRequestProcessor("$cbs", Claims);
        host.Open();
        _host = host;
        foreach (var queue in _queues.Values)
        {
            Manage(queue);
        }
    }

    /// <summary>Stops listening and drops every connection without closing it properly.</summary>
    public void Stop()
    {
        DropConnections();
        _host?.Close();
        DropConnections();
    }

    /// <summary>Drops every connection without closing it properly, as a network failure does.</summary>
    public void DropConnections()
    {
        foreach (var socket in _sockets.Keys)
        {
            _sockets.TryRemove(socket, out _);
            socket.Close();
        }
    }

    /// <summary>Reschedules the messages of all queues; see <see cref="FakeQueue.Reschedule"/>.</summary>
    public void Reschedule(Func<DateTimeOffset, DateTimeOffset> to)
    {
        foreach (var queue in _queues.Values)
        {
            queue.Reschedule(to);
        }
    }

    /// <summary>
    /// Makes the bus refuse the next <paramref name="count"/> transfers with an AMQP error condition.
    /// </summary>
    public void RefuseNext(int count, string condition) =>
        Enumerable.Repeat(new Fault(condition), count).ToList().ForEach(_faults.Enqueue);

    /// <summary>
    /// Makes the bus accept the next transfer but drop the connections before the sender is notified.
    /// </summary>
    public void LoseNextAnswer() => _faults.Enqueue(new Fault(null));

    public void Dispose()
    {
        Stop();
        foreach (var queue in _queues.Values)
        {
            queue.Dispose();
        }
    }

    public bool CanHandle(EventId id) => id is EventId.SendDelivery or EventId.ConnectionAccept;

    public void Handle(Event protocolEvent)
    {
        if (protocolEvent is { Id: EventId.ConnectionAccept, Context: Socket socket })
        {
            _sockets[socket] = true;
            Interlocked.Increment(ref _connections);
            protocolEvent.Connection.AddClosedCallback((_, _) => _sockets.TryRemove(socket, out var _));
        }
        else if (protocolEvent.Context is IDelivery { Message: HandedOut message } delivery
            && message.LockToken != Guid.Empty)
        {
            delivery.Tag = message.LockToken.ToByteArray();
        }
    }

    /// <summary>
    /// Returns the address of a link's node, without the leading slash that Microsoft's .NET client sends.
    /// </summary>
    internal static string AddressOf(Attach attach)
    {
        var address = (attach.Role ? (attach.Source as Source)?.Address : (attach.Target as Target)?.Address) ?? "";
        return address.StartsWith('/') ? address[1..] : address;
    }

    private void Manage(FakeQueue queue)
    {
        _host?.RegisterRequestProcessor(queue.Name + "/$management", new QueueRequests(queue));
        if (queue.DeadLetters is { } deadLetters)
        {
            Manage(deadLetters);
        }
    }

    internal FakeQueue? Find(string address) =>
        address.EndsWith("/$deadletterqueue", StringComparison.OrdinalIgnoreCase)
            ? Find(address[..address.LastIndexOf('/')])?.DeadLetters
        : _queues.GetValueOrDefault(address);

    internal void Count(FakeQueue queue, int size) => _transfers.Enqueue(size);

    internal bool TakeFault([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Fault? fault) =>
        _faults.TryDequeue(out fault);

    /// <param name="Condition">The AMQP error condition; null accepts the transfer and loses the response.</param>
    internal sealed record Fault(string? Condition);
}
