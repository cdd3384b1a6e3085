using System.Text.RegularExpressions;
using Alerts.Stores.TableStorage;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Alerts.Tests.Support;

/// <summary>
/// Injects the faults of Azure and of the network into the store's requests: a busy server, a lost response, another
/// writer between a read and its replace, a process that dies. It runs inside the client library's retries: the library
/// retries a transient fault; a persistent one reaches the store.
/// </summary>
/// <param name="seed">The same seed gives the same faults for the same order of requests.</param>
internal sealed partial class TableFaults(int seed) : HttpPipelinePolicy
{
    /// <summary>A port that refuses connections.</summary>
    private const int Refuses = 1;

    private readonly Random random = new(seed);
    private TableServiceClient? others;
    private int requests;
    private int writes = int.MaxValue;
    private string? diedBefore;

    /// <summary>
    /// Share of calls (0 to 1) answered 503 or 429, with or without <c>Retry-After</c>, and never sent.
    /// </summary>
    public double Busy { get; set; }

    /// <summary>Share of calls (0 to 1) that are executed but whose response is lost: a reset or a time-out.</summary>
    public double Lost { get; set; }

    /// <summary>Share of conditional replaces (0 to 1) before which another writer changes the same entity.</summary>
    public double Raced { get; set; }

    /// <summary>Share of faults (0 to 1) that persist through all retries of the library.</summary>
    public double Persistent { get; set; }

    /// <summary>Whether the process counts as dead: no request is sent any more.</summary>
    public bool IsDead => diedBefore is not null;

    /// <summary>The write that was not sent any more; empty while the process lives.</summary>
    public string DiedBefore => diedBefore ?? "";

    /// <summary>Whether the account cannot be reached: connections are refused.</summary>
    public bool IsCut { get; set; }

    /// <summary>
    /// A port that accepts connections and never answers; requests go there instead. Null: the account answers.
    /// </summary>
    public int? SilentPort { get; set; }

    /// <summary>Whether retries, pauses and time-outs are the product's own instead of short ones.</summary>
    public bool TriesAsTheProduct { get; init; }

    /// <summary>Number of requests so far, each retry counted.</summary>
    public int Requests => requests;

    /// <summary>Number of calls by kind of fault: <c>busy</c>, <c>lost</c>, <c>raced</c>, <c>none</c>.</summary>
    public Dictionary<string, int> Count { get; } = [];

    /// <summary>
    /// Called right before a request is sent, with its method, decoded path, condition and body as text; null for
    /// nothing.
    /// </summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>
    /// Returns a client of an account whose requests pass through this policy, by default with the library's retries
    /// and pauses of at most 2 ms.
    /// </summary>
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

    /// <summary>
    /// Lets the process live for a number of further writes; the next one kills it. Reads change nothing, so the store
    /// is also as if the process had died at any read before that write.
    /// </summary>
    public void LiveFor(int moreWrites) => (writes, diedBefore) = (moreWrites, null);

    /// <summary>Ends the process now: no request is sent any more.</summary>
    public void Die() => diedBefore = "it was killed";

    /// <summary>Revives the process, with no limit on writes.</summary>
    public void Live() => LiveFor(int.MaxValue);

    /// <summary>Whether this policy made an error that reached the store.</summary>
    public static bool IsFault(Exception e) => e switch
    {
        AggregateException several => several.InnerExceptions.All(IsFault),
        RequestFailedException { Status: 0 or 429 or 503 } or IOException or TaskCanceledException => true,
        _ => false,
    };

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessAsync(message, pipeline).AsTask().GetAwaiter().GetResult();

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
            var kind = chance < Busy ? "busy"
                : chance < Busy + Lost ? "lost"
                : isConditional && chance < Busy + Lost + Raced ? "raced"
                : "none";
            Count[kind] = Count.GetValueOrDefault(kind) + 1;
            return new Fate(
                kind, lasts && kind != "raced", die % 2 == 0 ? 503 : 429, die % 3 == 0, () => (die % 3) switch
            {
                0 => new RequestFailedException(
                    "Connection reset by peer", new IOException("Connection reset by peer")),
                1 => new IOException("The response ended prematurely."),
                _ => new TaskCanceledException(
                    "The operation was cancelled because it exceeded the configured timeout."),
            });
        }
    }

    /// <summary>
    /// Describes a request: method, decoded path, condition and body; for a transaction the body
    /// holds all its operations.
    /// </summary>
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
            $"{request.Method} {Uri.UnescapeDataString(request.Uri.ToUri().PathAndQuery)}\n"
            + $"{(request.Headers.TryGetValue("If-Match", out var etag) ? $"If-Match: {etag}" : "")}";
    }

    /// <summary>Writes an entity as another writer would, so that its ETag changes.</summary>
    private async Task TouchAsync(Match replaced)
    {
        // Client sets `others` before any request passes here.
        var table = others!.GetTableClient(replaced.Groups["table"].Value);
        if (await table.GetEntityIfExistsAsync<TableEntity>(
            replaced.Groups["partition"].Value, replaced.Groups["row"].Value) is { HasValue: true, Value: { } entity })
        {
            entity["Mark"] = "somebody else's";
            await table.UpdateEntityAsync(entity, ETag.All, TableUpdateMode.Replace);
        }
    }

    /// <summary>Matches a replace that is conditional on an entity's ETag, alone or in a transaction.</summary>
    [GeneratedRegex(
        @"(PUT|PATCH|MERGE) \S*/(?<table>\w+)\(PartitionKey='(?<partition>[^']*)',RowKey='(?<row>[^']*)'\)"
        + @"[^{]*?If-Match: W/")]
    private static partial Regex Replaced();

    /// <summary>What happens to one call.</summary>
    private sealed record Fate(string Kind, bool Lasts, int Status, bool Pause, Func<Exception> Error);

    /// <summary>The response of a storage service that throttles.</summary>
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

        public override Stream? ContentStream { get; set; } = new MemoryStream(
            """
            {"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"The server is busy."}}}
            """u8.ToArray());

        public override string ClientRequestId { get; set; } = id;

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() =>
            headers.Select(header => new HttpHeader(header.Key, header.Value));

        protected override bool TryGetHeader(
            string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) =>
            headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(
            string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
