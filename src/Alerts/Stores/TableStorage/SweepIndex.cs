using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// An index of when rows of which dates must be looked at again, whatever happens to their messages and processes.
/// Its lines are written before the rows, all in one partition, so that entering takes one operation.
/// </summary>
internal sealed class SweepIndex(Tables tables)
{
    private const string Partition = "agenda";
    private const string Sweep = "sweep|";
    private const string Answers = "answers|";

    /// <summary>How long after its instant the message of a row may take. After that it is posted again.</summary>
    public static readonly Duration Patience = Duration.FromMinutes(2);

    /// <summary>Enters waiting rows.</summary>
    public Task EnterAsync(IEnumerable<LedgerRow> waiting, CancellationToken cancel) => tables.State.UpsertAllAsync(
        waiting.SelectMany(row => row.NextAt is { } at
            ? new[] { SweepKey(at + Patience, row.Group), $"{Answers}{Keys.Day(at)}|{row.Group}" }
            : [])
            .Distinct().Select(key => new TableEntity(Partition, key)),
        cancel);

    public Task SweepAgainAsync(string group, Instant at, CancellationToken cancel) =>
        tables.State.UpsertAsync(new TableEntity(Partition, SweepKey(at, group)), cancel);

    /// <summary>The lines of sweeps that are due.</summary>
    public Task<IReadOnlyList<SweepEntry>> SweepsAsync(Instant now, CancellationToken cancel) =>
        LinesAsync(Sweep, Keys.Of(now) + "~", cancel);

    /// <summary>The lines of dates that may have answers from over a day before <paramref name="before"/>.</summary>
    public Task<IReadOnlyList<SweepEntry>> AnswersAsync(Instant before, CancellationToken cancel) =>
        LinesAsync(Answers, Keys.Day(before - Duration.FromDays(1)), cancel);

    public Task DoneAsync(SweepEntry line, CancellationToken cancel) =>
        tables.State.DropAsync(Partition, line.RowKey, cancel);

    /// <summary>A key rounded up to the minute, so that rows due at about the same time share a line.</summary>
    private static string SweepKey(Instant at, string group) =>
        $"{Sweep}{Keys.Of(Instant.FromUnixTimeMilliseconds((at.ToUnixTimeMilliseconds() / 60_000 + 1) * 60_000))}"
        + $"|{group}";

    private async Task<IReadOnlyList<SweepEntry>> LinesAsync(string kind, string before, CancellationToken cancel) =>
        await tables.State.QueryAsync<TableEntity>(
            $"PartitionKey eq '{Partition}' and RowKey ge '{kind}' and RowKey lt '{kind}{before}'",
            cancellationToken: cancel).Select(entity => new SweepEntry(entity.RowKey)).ToListAsync(cancel);
}

/// <summary>One line of the index.</summary>
internal sealed record SweepEntry(string RowKey)
{
    /// <summary>See <see cref="LedgerRow.Group"/>.</summary>
    public string Group => RowKey.Split('|')[2];

    /// <summary>When the sweep is due. Only lines of sweeps have it.</summary>
    public Instant At => Keys.InstantOf(RowKey.Split('|')[1]);
}
