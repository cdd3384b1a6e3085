using System.Net.Sockets;
using System.Security.Authentication;
using Amqp;
using Azure;
using Azure.Identity;

namespace Alerts.Queue.ServiceBus;

/// <summary>What may go wrong between here and the broker.</summary>
internal static class AmqpTrouble
{
    /// <summary>Connection, TLS, sign-in and protocol trouble; everything else is our own bug.</summary>
    public static bool IsOnTheWay(Exception failure) =>
        failure is AmqpException or SocketException or IOException or TimeoutException or AuthenticationException or ObjectDisposedException
            or AuthenticationFailedException or RequestFailedException;

    /// <summary>Trouble that may be gone at the next try: not a missing queue, a missing right or a certificate that nobody vouches for.</summary>
    public static bool MayPass(Exception failure) =>
        IsOnTheWay(failure) && failure is not AuthenticationException && (failure as AmqpException)?.Error?.Condition?.ToString() is not
            (ErrorCode.NotFound or ErrorCode.UnauthorizedAccess or ErrorCode.MessageSizeExceeded or ErrorCode.NotAllowed or ErrorCode.NotImplemented);
}

/// <summary>A queue could not be reached, or did not take a message, within the time given for it.</summary>
internal sealed class QueueUnreachableException(string queue, Exception inner)
    : Exception($"The Service Bus queue {queue} was not reached or did not take a message: {inner.Message}", inner);
