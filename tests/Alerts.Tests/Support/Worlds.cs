namespace Alerts.Tests.Support;

/// <summary>Makes worlds on one kind of store, so that the same facts are checked on each.</summary>
public sealed class Worlds
{
    public static readonly Worlds OnSqlite = new([]);
    public static readonly Worlds OnTableStorage = new([("Store", "TableStorage")]);

    /// <summary>
    /// A good share of all requests is refused, loses its answer or meets another writer, each of which the
    /// library's next try comes through.
    /// </summary>
    public static readonly Worlds OnTroubledTableStorage = new([("Store", "TableStorage")], seed =>
        new TableFaults(seed) { Busy = 0.1, Lost = 0.1, Raced = 0.1 });

    /// <summary>Table Storage whose process can be killed at any moment; nothing else fails.</summary>
    public static readonly Worlds OnKillableTableStorage = new([("Store", "TableStorage")], seed =>
        new TableFaults(seed));

    private readonly (string Name, string Value)[] store;
    private readonly Func<int, TableFaults>? faults;

    private Worlds((string Name, string Value)[] store, Func<int, TableFaults>? faults = null) =>
        (this.store, this.faults) = (store, faults);

    public Task<World> At(string start, params (string Name, string Value)[] settings)
    {
        var seed = Random.Shared.Next();
        if (faults is not null)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        }

        return World.At(start, faults?.Invoke(seed), [.. settings, .. store]);
    }
}
