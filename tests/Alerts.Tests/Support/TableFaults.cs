using System.Text.RegularExpressions;
using Alerts.Stores.TableStorage;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Alerts.Tests.Support;

/// <summary>
/// Does to the store's requests what Azure and the network do: too busy, an answer lost on its way back, another writer between a read
/// and its replace, a process that ends. It sits inside the library's own tries: a fault that does not last is tried again there, one
/// that lasts reaches the store.
/// </summary>
/// <param name="seed">The same seed gives the same faults in the same order of requests.</param>
internal sealed partial class TableFaults(int seed) : HttpPipelinePolicy
{
    /// <summary>A port on which nobody listens.</summary>
    private const int Refuses = 1;

    private readonly Random random = new(seed);
    private TableServiceClient? others;
    private int requests;
    private int writes = int.MaxValue;
    private string? diedBefore;

    /// <summary>The share of calls that are answered 503 or 429, with or without <c>Retry-After</c>, and never go out.</summary>
    public double Busy { get; set; }

    /// <summary>The share of calls that go out and are done, and whose answer is lost: a reset or a time-out.</summary>
    public double Lost { get; set; }

    /// <summary>The share of conditional replaces before which somebody else writes the same entity.</summary>
    public double Raced { get; set; }

    /// <summary>The share of faults that go on through all tries of the library.</summary>
    public double Persistent { get; set; }

    /// <summary>Whether the process has died to the store: nothing goes out any more.</summary>
    public bool IsDead => diedBefore is not null;

    /// <summary>The write that no longer went out; empty while it lives.</summary>
    public string DiedBefore => diedBefore ?? "";

    /// <summary>Whether the account cannot be reached: connections are refused.</summary>
    public bool IsCut { get; set; }

    /// <summary>
    /// A port that takes connections and never answers; null while the account is answered by itself.
    /// </summary>
    public int? SilentPort { get; set; }

    /// <summary>Whether tries, pauses and time-outs are the product's own.</summary>
    public bool TriesAsTheProduct { get; init; }

    /// <summary>Requests so far, all tries counted.</summary>
    public int Requests => requests;

    /// <summary>How many calls have failed in each way.</summary>
    public Dictionary<string, int> Count { get; } = [];

    /// <summary>What happens right before a request goes out, as method and decoded path; null for nothing.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>A client of an account whose requests come through here, with the library's tries and hardly a pause between them.</summary>
    public TableServiceClient Client(string connectionString)
    {
        others = new TableServiceClient(connectionString);
        var options = TriesAsTheProduct ? TableStorageRegistration.ClientOptions()
            : new TableClientOptions
            {
                Retry = { Mode = RetryMode.Fixed, MaxRetries = 3,
            Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2) }
            };
        options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        return new TableServiceClient(connectionString, options);
    }

    /// <summary>The process lives until it has written so often; the store is as it would be, had it died at any read before the next.</summary>
    public void LiveFor(int moreWrites) => (writes, diedBefore) = (moreWrites, null);

    /// <summary>The process ends now: nothing goes out any more.</summary>
    public void Die() => diedBefore = "it was killed";

    /// <summary>From now on it lives.</summary>
    public void Live() => LiveFor(int.MaxValue);

    /// <summary>Whether an error that reached the store was made here.</summary>
    public static bool IsFault(Exception e) => e switch
    {
        AggregateException several => several.InnerExceptions.All(IsFault),
        RequestFailedException { Status: 0 or 429 or 503 } or IOException or TaskCanceledException => true,
        _ => false,
    };

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessAsync(message, pipeline).AsTask().GetAwaiter().GetResult();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Interlocked.Increment(ref requests);
        var asked = await AskedAsync(message.Request);
        if (message.Request.Method != RequestMethod.Get && Interlocked.Decrement(ref writes) < 0)
        {
            Interlocked.CompareExchange(ref diedBefore, asked, null);
        }

        if (IsDead)
        {
            throw new IOException("the process has ended");
        }

        if (Before is { } before)
        {
            await before(asked);
        }

        if (IsCut || SilentPort is not null)
        {
            message.Request.Uri.Host = "127.0.0.1";
            message.Request.Uri.Port = SilentPort ?? Refuses;
        }

        var isFirst = !message.TryGetProperty(typeof(Fate), out var known);
        var fate = known as Fate ?? FateOf(Replaced().IsMatch(asked));
        message.SetProperty(typeof(Fate), fate);
        var strikes = isFirst || fate.Lasts;
        if (strikes && fate.Kind == "busy")
        {
            message.Response = new BusyAnswer(message.Request.ClientRequestId, fate.Status, fate.Pause);
            return;
        }

        if (strikes && fate.Kind == "raced")
        {
            await TouchAsync(Replaced().Match(asked));
        }

        await ProcessNextAsync(message, pipeline);
        if (strikes && fate.Kind == "lost")
        {
            message.Response.Dispose();
            throw fate.Error();
        }
    }

    private Fate FateOf(bool isConditional)
    {
        lock (random)
        {
            var (chance, lasts, die) = (random.NextDouble(), random.NextDouble() < Persistent, random.Next(6));
            var kind = chance < Busy ? "busy" : chance < Busy + Lost ? "lost" : isConditional && chance < Busy + Lost + Raced ? "raced" : "none";
            Count[kind] = Count.GetValueOrDefault(kind) + 1;
            return new Fate(kind, lasts && kind != "raced", die % 2 == 0 ? 503 : 429, die % 3 == 0, () => (die % 3) switch
            {
                0 => new RequestFailedException("Connection reset by peer", new IOException("Connection reset by peer")),
                1 => new IOException("The response ended prematurely."),
                _ => new TaskCanceledException("The operation was cancelled because it exceeded the configured timeout."),
            });
        }
    }

    /// <summary>What a request asks for; for a transaction all that stands in it.</summary>
    private static async Task<string> AskedAsync(Request request)
    {
        if (request.Content is not { } content)
        {
            return Line(request);
        }

        using var body = new MemoryStream();
        await content.WriteToAsync(body, CancellationToken.None);
        return $"{Line(request)}\n{Uri.UnescapeDataString(System.Text.Encoding.UTF8.GetString(body.ToArray()))}";

        static string Line(Request request) =>
            $"{request.Method} {Uri.UnescapeDataString(request.Uri.ToUri().PathAndQuery)}\n{(request.Headers.TryGetValue("If-Match", out var etag) ? $"If-Match: {etag}" : "")}";
    }

    /// <summary>Somebody else writes an entity as it is: nothing has changed but its ETag.</summary>
    private async Task TouchAsync(Match replaced)
    {
        var table = others!.GetTableClient(replaced.Groups["table"].Value); // set with the client whose requests these are
        if (await table.GetEntityIfExistsAsync<TableEntity>(replaced.Groups["partition"].Value, replaced.Groups["row"].Value) is { HasValue: true, Value: { } entity })
        {
            entity["Mark"] = "somebody else's";
            await table.UpdateEntityAsync(entity, ETag.All, TableUpdateMode.Replace);
        }
    }

    /// <summary>An entity that is replaced while nobody else has written it, also as one of a transaction.</summary>
    [GeneratedRegex(@"(PUT|PATCH|MERGE) \S*/(?<table>\w+)\(PartitionKey='(?<partition>[^']*)',RowKey='(?<row>[^']*)'\)[^{]*?If-Match: W/")]
    private static partial Regex Replaced();

    /// <summary>What is done to one call.</summary>
    private sealed record Fate(string Kind, bool Lasts, int Status, bool Pause, Func<Exception> Error);

    /// <summary>As the service answers when it has more to do than it may.</summary>
    private sealed class BusyAnswer(string id, int status, bool asksForAPause) : Response
    {
        private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = "application/json",
            [asksForAPause ? "Retry-After" : "x-ms-request-id"] = "0",
        };

        public override int Status => status;

        public override bool IsError => true;

        public override string ReasonPhrase => "Server Busy";

        public override Stream? ContentStream { get; set; } = new MemoryStream("""{"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"The server is busy."}}}"""u8.ToArray());

        public override string ClientRequestId { get; set; } = id;

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.Select(header => new HttpHeader(header.Key, header.Value));

        protected override bool TryGetHeader(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
