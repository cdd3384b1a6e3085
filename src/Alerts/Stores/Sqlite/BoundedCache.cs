using System.Collections.Concurrent;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Caches immutable values that are expensive to create. The cache is cleared when it holds <paramref name="most"/>
/// entries. For a key of several parts use a record class, not a tuple: a dictionary with tuple keys makes the
/// runtime compile framework code at every start.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> held = new();

    public TValue Get<TArgument>(TKey key, Func<TKey, TArgument, TValue> make, TArgument argument)
    {
        if (held.TryGetValue(key, out var value))
        {
            return value;
        }

        if (held.Count >= most)
        {
            held.Clear();
        }

        return held[key] = make(key, argument);
    }
}
