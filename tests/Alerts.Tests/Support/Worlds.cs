namespace Alerts.Tests.Support;

/// <summary>Makes worlds on one kind of store, so that the same facts are checked on each.</summary>
public sealed class Worlds
{
    public static readonly Worlds OnSqlite = new([]);
    public static readonly Worlds OnTableStorage = new([("Store", "TableStorage")]);

    private readonly (string Name, string Value)[] store;

    private Worlds((string Name, string Value)[] store) => this.store = store;

    public Task<World> At(string start, params (string Name, string Value)[] settings) => World.At(start, [.. settings, .. store]);
}
