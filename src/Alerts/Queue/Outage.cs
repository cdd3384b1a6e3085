using System.Net.Sockets;
using System.Security.Authentication;
using Azure;
using Azure.Identity;

namespace Alerts.Queue;

/// <summary>Tells an outage of the store or the queue, which ends without a new version, from a bug of ours.</summary>
internal static class Outage
{
    public static bool Is(Exception failure) => failure switch
    {
        AggregateException several => several.InnerExceptions.All(Is), // the Azure library's, after its last try
        // 0: no answer. 401, 403: a key or a right was taken away. 408, 429: busy.
        RequestFailedException answer => answer.Status is 0 or 401 or 403 or 408 or 429 or >= 500,
        QueueUnreachableException or AuthenticationFailedException or AuthenticationException => true, // sign-in, TLS
        TimeoutException or OperationCanceledException or HttpRequestException => true,
        IOException or SocketException => true,
        _ => false,
    };
}

/// <summary>A queue could not be reached, or did not take a message, within the time given for it.</summary>
internal sealed class QueueUnreachableException(string sentence, Exception inner) : Exception(sentence, inner);

/// <summary>A message that is none of ours, or not for its queue; delivering it again does not help.</summary>
internal sealed class UnreadableMessageException(string reason) : Exception(reason);
