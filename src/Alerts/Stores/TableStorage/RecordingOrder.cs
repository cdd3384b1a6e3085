namespace Alerts.Stores.TableStorage;

/// <summary>
/// The order of recording: a hybrid logical clock. A number is larger than every number that this process has assigned
/// or read. It also follows real time as long as that moves forward, so that processes that read nothing of each other
/// agree as well as the clocks of their machines do. The service's clock, which may be set back, is not used.
/// </summary>
/// <param name="real">Real time.</param>
internal sealed class RecordingOrder(TimeProvider real)
{
    private long last;

    public long Next()
    {
        while (true)
        {
            var before = Volatile.Read(ref last);
            var next = Math.Max(before + 1, (real.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks);
            if (Interlocked.CompareExchange(ref last, next, before) == before)
            {
                return next;
            }
        }
    }

    /// <summary>Notes a number that was read: every later number is larger.</summary>
    public void Observe(long? read)
    {
        for (var before = Volatile.Read(ref last); read > before; before = Volatile.Read(ref last))
        {
            Interlocked.CompareExchange(ref last, read.Value, before);
        }
    }
}
