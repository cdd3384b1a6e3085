using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Azure.Core;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// The tokens of a managed identity on one connection: one per entity, put to the broker's <c>$cbs</c> node (OASIS AMQP
/// claims-based security 1.0) and put anew before they expire, for as long as the connection lives.
/// </summary>
internal sealed partial class EntityTokens(string host, TokenCredential credential, Connection connection, RequestLink link, TimeProvider time, ILogger log)
{
    /// <summary>Azure identities give out a new token from about 5 minutes before the old one ends.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);
    private static readonly string[] Scopes = ["https://servicebus.azure.net//.default"];

    private readonly ConcurrentDictionary<string, bool> entities = new();

    public async Task EnsureAsync(string entity, CancellationToken cancel)
    {
        if (!entities.ContainsKey(entity))
        {
            var expires = await PutAsync(entity, cancel);
            if (entities.TryAdd(entity, true))
            {
                _ = RenewAsync(entity, expires);
            }
        }
    }

    private async Task RenewAsync(string entity, DateTimeOffset expires)
    {
        var closed = connection.WhenClosed();
        var wait = UntilRenewal(expires);
        while (await Task.WhenAny(closed, Task.Delay(wait, time)) != closed)
        {
            try
            {
                wait = UntilRenewal(await PutAsync(entity, CancellationToken.None));
            }
            catch (Exception e) when (AmqpTrouble.IsOnTheWay(e))
            {
                // Until the old one expires there is time; then the broker ends the connection, and the next one begins with a new token.
                LogNotRenewed(entity, e.Message);
                wait = AfterFailure;
            }
        }
    }

    /// <summary>For a token that lives less than twice the margin: half of what is left.</summary>
    private TimeSpan UntilRenewal(DateTimeOffset expires)
    {
        var left = expires - time.GetUtcNow();
        return left > 2 * Before ? left - Before : left > TimeSpan.FromSeconds(2) ? left / 2 : TimeSpan.FromSeconds(1);
    }

    private async Task<DateTimeOffset> PutAsync(string entity, CancellationToken cancel)
    {
        var token = await credential.GetTokenAsync(new TokenRequestContext(Scopes), cancel);
        var properties = new ApplicationProperties
        {
            ["operation"] = "put-token",
            ["type"] = "jwt",
            ["name"] = $"amqp://{host}/{entity}",
            ["expiration"] = token.ExpiresOn.UtcDateTime,
        };
        await link.AskAsync(token.Token, properties, cancel);
        return token.ExpiresOn;
    }

    [LoggerMessage(LogLevel.Warning, "The token for the Service Bus entity {Entity} was not renewed ({Reason}); it is tried again.")]
    private partial void LogNotRenewed(string entity, string reason);
}
