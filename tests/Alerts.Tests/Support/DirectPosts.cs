using System.Collections.Concurrent;
using Alerts.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace Alerts.Tests.Support;

/// <summary>A queue apart from the ledger, inside the process: messages travel as bytes, and an id that is known is dropped.</summary>
internal sealed class DirectPosts(IServiceProvider services) : IAlertPosts
{
    private readonly ConcurrentDictionary<string, bool> known = new();

    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel)
    {
        var queue = services.GetRequiredService<MessageQueue>();
        foreach (var message in messages.Where(message => known.TryAdd(message.Id, true)))
        {
            _ = queue.ReceiveAsync(AlertMessage.Read(message.ToBody()) ?? throw new InvalidOperationException("A message could not be read back."));
        }

        return Task.CompletedTask;
    }
}
