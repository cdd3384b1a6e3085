using Alerts.Queue;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The endpoint turns of requests that are claimed together. A request keeps its turn over all rounds. Thread-safe for
/// different requests.
/// </summary>
internal sealed class RequestTurns(EndpointShares shares, IReadOnlyList<ClaimRequest> requests)
{
    private readonly EndpointTurn?[] turns = new EndpointTurn?[requests.Count];

    /// <summary>Begins the turn of a request unless it has one.</summary>
    /// <param name="quick">See <see cref="Ledger.EndpointHealth.Quick"/>.</param>
    /// <returns>Null if the request has a turn; otherwise where its row waits.</returns>
    public WaitingRow? Begin(int index, int? quick, bool isRetry)
    {
        if (turns[index] is not null)
        {
            return null;
        }

        var request = requests[index];
        if (quick == 0 && !request.Message.IsSlow)
        {
            return new WaitingRow(Place.Slow, isRetry, quick);
        }

        (turns[index], var waits) = shares.TryReserve(
            request.Alert.SubscriptionId, request.Message.DestinationKey, quick, isRetry, request.Turn);
        return turns[index] is null ? new WaitingRow(waits, isRetry, quick) : null;
    }

    /// <summary>Hands each turn to its claim; gives back those of the requests that claimed nothing.</summary>
    public void Conclude(ClaimResult?[] results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (turns[i] is not { } turn)
            {
                continue;
            }

            if (results[i] is { Claim: { } claim } result)
            {
                results[i] = result with { Claim = claim with { Turn = turn } };
            }
            else
            {
                shares.GiveBack(turn);
            }
        }
    }
}
