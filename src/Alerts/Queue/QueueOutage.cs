using System.Net.Sockets;
using System.Security.Authentication;
using Alerts.Core;

namespace Alerts.Queue;

/// <summary>Tells an outage of the store or the queue, which ends without a new version, from a bug of ours.</summary>
internal static class QueueOutage
{
    public static bool Is(Exception failure) => failure switch
    {
        AggregateException several => several.InnerExceptions.All(Is), // the Azure library's, after its last try
        QueueUnreachableException or AuthenticationException => true, // TLS
        OperationCanceledException or HttpRequestException or SocketException => true,
        _ => Outage.CauseOf(failure) is not null,
    };
}

/// <summary>A queue could not be reached, or did not take a message, within the time given for it.</summary>
internal sealed class QueueUnreachableException(string sentence, Exception inner) : Exception(sentence, inner);

/// <summary>A message that is none of ours, or not for its queue; delivering it again does not help.</summary>
internal sealed class UnreadableMessageException(string reason) : Exception(reason);
