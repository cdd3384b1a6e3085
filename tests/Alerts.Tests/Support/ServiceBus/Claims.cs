using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace Alerts.Tests.Support.ServiceBus;

/// <summary>
/// The <c>$cbs</c> node: a connection that is anonymous at first puts one token per entity before it attaches. A shared
/// access signature is verified with the key. A JWT is accepted until it expires if it is in <see cref="KnownTokens"/>.
/// </summary>
internal sealed class Claims(string policy, string key, TimeProvider time) : IRequestProcessor
{
    private const string PerConnection = "claims";

    private int _claimed;

    /// <summary>Tokens put so far, as <c>type name</c>.</summary>
    public ConcurrentQueue<string> Put { get; } = new();

    /// <summary>The JWTs that are accepted.</summary>
    public ConcurrentDictionary<string, bool> KnownTokens { get; } = new();

    public int Credit => 100;

    /// <summary>Number of tokens accepted so far.</summary>
    public int Claimed => Volatile.Read(ref _claimed);

    /// <summary>
    /// Whether a connection has signed in by SASL PLAIN, or has put a token for this address or a parent of it.
    /// </summary>
    public static bool Allow(Connection connection, string address)
    {
        var listener = (ListenerConnection)connection;
        return listener.Principal is not null
            || (listener.Properties.TryGetValue(PerConnection, out var held)
                && ((ConcurrentDictionary<string, DateTimeOffset>)held).Keys.Any(
                    entity => address == entity || address.StartsWith(entity + "/", StringComparison.Ordinal)));
    }

    public void Process(RequestContext requestContext)
    {
        var properties = requestContext.Message.ApplicationProperties;
        var (type, name, token) = (
            (string)properties["type"], (string)properties["name"], requestContext.Message.Body as string ?? "");
        Put.Enqueue($"{type} {name}");
        var (isGood, until) = type switch
        {
            "servicebus.windows.net:sastoken" => (IsSigned(token), DateTimeOffset.MaxValue),
            "jwt" => (
                KnownTokens.ContainsKey(token),
                properties["expiration"] is DateTime at
                    ? new DateTimeOffset(at, TimeSpan.Zero) : DateTimeOffset.MaxValue),
            _ => (false, DateTimeOffset.MinValue),
        };
        if (isGood && until > time.GetUtcNow())
        {
            Hold(
                (ListenerConnection)requestContext.Link.Session.Connection, new Uri(name).AbsolutePath.Trim('/'),
                until);
            requestContext.Complete(Answer(202, "Accepted"));
            Interlocked.Increment(ref _claimed);
        }
        else
        {
            requestContext.Complete(Answer(401, "InvalidToken"));
        }
    }

    private void Hold(ListenerConnection connection, string entity, DateTimeOffset until)
    {
        if (!connection.Properties.TryGetValue(PerConnection, out var held))
        {
            connection.Properties[PerConnection] = held = new ConcurrentDictionary<string, DateTimeOffset>();
        }

        var claims = (ConcurrentDictionary<string, DateTimeOffset>)held;
        claims[entity] = until;
        if (until == DateTimeOffset.MaxValue)
        {
            return;
        }

        var timer = time.CreateTimer(
            _ =>
            {
                if (claims[entity] <= time.GetUtcNow())
                {
                    _ = connection
                        .CloseAsync(TimeSpan.FromSeconds(1), new Error("amqp:unauthorized-access")
                        {
                            Description = $"The token for '{entity}' has expired."
                        })
                        .ContinueWith(closed => closed.Exception, TaskScheduler.Default);
                }
            },
            null, until - time.GetUtcNow(), Timeout.InfiniteTimeSpan);
        connection.AddClosedCallback((_, _) => timer.Dispose());
    }

    private bool IsSigned(string token)
    {
        var parts = HttpUtility.ParseQueryString(token.Replace("SharedAccessSignature ", "", StringComparison.Ordinal));
        var text = $"{HttpUtility.UrlEncode(parts["sr"] ?? "")}\n{parts["se"]}";
        var upper = string.Join('%', text.Split('%')
            .Select((part, at) => at == 0 ? part : part[..2].ToUpperInvariant() + part[2..]));
        var signature = Convert.ToBase64String(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(upper)));
        return parts["skn"] == policy && parts["sig"] == signature;
    }

    private static Message Answer(int code, string description)
    {
        var answer = new Message
        {
            BodySection = new AmqpValue { Value = null },
            ApplicationProperties = new ApplicationProperties()
        };
        answer.ApplicationProperties["status-code"] = code;
        answer.ApplicationProperties["status-description"] = description;
        return answer;
    }
}
