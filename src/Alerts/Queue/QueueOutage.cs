using System.Net.Sockets;
using System.Security.Authentication;
using Alerts.Core;

namespace Alerts.Queue;

/// <summary>
/// Tells an outage of the store or the queue, which ends without a new release, from a bug in this service.
/// </summary>
internal static class QueueOutage
{
    public static bool Is(Exception failure) => failure switch
    {
        AggregateException several => several.InnerExceptions.All(Is), // thrown by the Azure library after its last try
        QueueUnreachableException or AuthenticationException => true, // the latter from TLS
        OperationCanceledException or HttpRequestException or SocketException => true,
        _ => Outage.CauseOf(failure) is not null,
    };
}

/// <summary>A queue could not be reached, or did not accept a message, within its time limit.</summary>
internal sealed class QueueUnreachableException(string sentence, Exception inner) : Exception(sentence, inner);

/// <summary>A message is not ours, or not meant for its queue; delivering it again does not help.</summary>
internal sealed class UnreadableMessageException(string reason) : Exception(reason);
