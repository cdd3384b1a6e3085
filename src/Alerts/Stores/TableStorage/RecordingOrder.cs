namespace Alerts.Stores.TableStorage;

/// <summary>
/// The order of recording: a hybrid logical clock. A number is larger than every number this process has given or read;
/// it follows real time as far as that goes forward, so that processes that read nothing of each other agree as well as
/// their machines' clocks do.
/// The service's clock, which may be set back, has no part in it.
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

    /// <summary>Notes a number that was read: what is recorded from now on comes after it.</summary>
    public void Observe(long? read)
    {
        for (var before = Volatile.Read(ref last); read > before; before = Volatile.Read(ref last))
        {
            Interlocked.CompareExchange(ref last, read.Value, before);
        }
    }
}
