using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Alerts.Benchmarks;

/// <summary>
/// Counts requests to Table Storage: operations as they are billed (a transaction is one), and the entities requested
/// per partition, which is what the throughput of a partition is limited by.
/// </summary>
internal sealed partial class CountedOperations : HttpPipelineSynchronousPolicy
{
    private readonly ConcurrentDictionary<string, long> entities = new();
    private long operations;

    public long Operations => operations;

    /// <summary>Number of entities requested from the busiest partition.</summary>
    public long Busiest => entities.Values.DefaultIfEmpty().Max();

    public void Reset()
    {
        operations = 0;
        entities.Clear();
    }

    public override void OnSendingRequest(HttpMessage message)
    {
        Interlocked.Increment(ref operations);
        var target = Uri.UnescapeDataString(message.Request.Uri.ToUri().PathAndQuery);
        var body = "";
        if (message.Request is { Method: var method, Content: { } content } && method == RequestMethod.Post)
        {
            using var copy = new MemoryStream();
            content.WriteTo(copy, CancellationToken.None);
            body = System.Text.Encoding.UTF8.GetString(copy.ToArray());
        }

        var partition = PartitionInUrl().Match(target) is { Success: true } inUrl
            ? inUrl
            : Partition().Match(Uri.UnescapeDataString(body));
        var table = Table().Match(target + body).Value;
        entities.AddOrUpdate(
            $"{table} {partition.Groups["key"].Value}",
            Math.Max(1, Change().Count(body)),
            (_, count) => count + Math.Max(1, Change().Count(body)));
    }

    [GeneratedRegex("PartitionKey(=| eq )'(?<key>[^']*)'")]
    private static partial Regex PartitionInUrl();

    [GeneratedRegex("PartitionKey(=|\":)['\"](?<key>[^'\"]*)['\"]")]
    private static partial Regex Partition();

    [GeneratedRegex("alerts[a-z]+")]
    private static partial Regex Table();

    /// <summary>Matches one change within a transaction.</summary>
    [GeneratedRegex("HTTP/1.1")]
    private static partial Regex Change();
}
