namespace Alerts.Tests.EndToEnd;

/// <summary>
/// An operator who adds, moves, retitles, cancels and reinstates key dates through the API at random moments.
/// </summary>
/// <param name="random">Seeded, so that the same changes come in the same order.</param>
internal sealed class RandomChanges(AlertsService service, Random random)
{
    public const int MaxDates = 12;

    private readonly Dictionary<string, (Instant At, string Status)> _dates = [];

    /// <summary>Changes that the service has acknowledged: none of them may be lost.</summary>
    public List<(string Id, Instant At, string Status)> Acknowledged { get; } = [];

    /// <summary>
    /// Makes changes until cancelled or until the service is gone. In the latter case it is unknown whether the last
    /// change was recorded.
    /// </summary>
    public async Task KeepChangingAsync(CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await ChangeOneAsync(cancel);
                await Task.Delay(random.Next(20, 400), cancel); // real operators pause too
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
        {
        }
    }

    private Task ChangeOneAsync(CancellationToken cancel)
    {
        var ahead = _dates
            .Where(date => date.Value.At > service.Now + Duration.FromHours(1))
            .Select(date => date.Key)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (_dates.Count < MaxDates && (ahead.Count == 0 || random.Next(2) == 0))
        {
            return PutAsync($"date-{_dates.Count + 1}", SomeTimeAhead(), "confirmed", cancel);
        }

        if (ahead.Count == 0)
        {
            return PutAsync($"date-{random.Next(MaxDates) + 1}", SomeTimeAhead(), "confirmed", cancel);
        }

        var id = ahead[random.Next(ahead.Count)];
        var (at, status) = _dates[id];
        return random.Next(10) switch
        {
            < 5 => PutAsync(id, SomeTimeAhead(), status, cancel),
            < 7 => PutAsync(id, at, "cancelled", cancel),
            < 9 => PutAsync(id, at, "confirmed", cancel),
            _ => PutAsync(id, at, status, cancel, title: $"{id}, edited {random.Next(1000)}"),
        };
    }

    private Instant SomeTimeAhead()
    {
        var at = service.Now + Duration.FromMinutes(random.Next(2 * 60, 36 * 60));
        return Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 60 * 60);
    }

    private async Task PutAsync(string id, Instant at, string status, CancellationToken cancel, string? title = null)
    {
        _dates[id] = (at, status);
        await service.PutDateAsync(id, at, cancel, status, title);
        Acknowledged.Add((id, at, status));
    }
}
