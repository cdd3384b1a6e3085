namespace Alerts.Queue.ServiceBus;

/// <summary>Where the namespace is and how to sign in (<c>Alerts:ServiceBus:…</c>).</summary>
/// <param name="Host">Such as <c>alerts.servicebus.windows.net</c>.</param>
/// <param name="Port">5671 (AMQP over TLS), 5672 for the emulator.</param>
/// <param name="IsEmulator">Plain AMQP, without TLS: for Microsoft's emulator on this machine.</param>
/// <param name="Key">Null: a managed identity.</param>
internal sealed record ServiceBusOptions(string Host, int Port, bool IsEmulator, SharedAccessKey? Key);

/// <summary>A shared access policy; it prints without its key.</summary>
internal sealed class SharedAccessKey(string policy, string value)
{
    public string Policy => policy;

    public string Value => value;

    public override string ToString() => policy;
}
