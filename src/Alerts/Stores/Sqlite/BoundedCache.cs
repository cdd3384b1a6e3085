using System.Collections.Concurrent;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Remembers what is costly to make and never changes; forgets everything when <paramref name="most"/> entries are held. A key of several
/// parts is a record class and no tuple: for a dictionary of those each start would compile the framework's code anew.
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
