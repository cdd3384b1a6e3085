using System.Text.Json;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Sources;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>GET /api/stats</c>: the service's statistics, for operators.</summary>
internal sealed class StatsApi(Stats stats, SourceFailures failures)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapRead<StatsApi>("/api/stats", (api, context) => api.GetAsync(context.RequestAborted))
            .ForOperators()
            .Described(DeliveryDocs.Stats);

    private async Task<IResult> GetAsync(CancellationToken cancel)
    {
        var figures = await stats.FiguresAsync(cancel);
        var failing = await failures.AllAsync(cancel);
        return JsonResult.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteString("at", TimeText.Write(figures.At));
            WriteDates(json, figures);
            json.WriteStartObject("subscriptions");
            foreach (var channel in figures.Subscriptions.GroupBy(count => count.Channel))
            {
                json.WriteStartObject(channel.Key);
                foreach (var status in Enum.GetValues<SubscriptionStatus>())
                {
                    json.WriteNumber(
                        status.Word(),
                        channel.Where(count => count.Status == status).Sum(count => count.Count));
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            WriteCounts(json, "deliveries", figures.Deliveries.Alerts);
            WriteCounts(json, "serviceMessages", figures.Deliveries.ServiceMessages);
            WriteLateness(json, figures.Lateness);
            WriteLastRun(json, figures);
            WriteFailures(json, failing);
        });
    }

    /// <summary>Writes the current failures, even if the figures were counted earlier.</summary>
    private static void WriteFailures(Utf8JsonWriter json, IReadOnlyList<Failure> failing)
    {
        json.WriteStartArray("failures");
        foreach (var failure in failing)
        {
            json.WriteStartObject();
            json.WriteString("part", failure.Part);
            json.WriteString("kind", failure.Kind.Word());
            json.WriteString("since", TimeText.Write(failure.Since));
            json.WriteString("cause", failure.Cause);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDates(Utf8JsonWriter json, StatsFigures figures)
    {
        json.WriteStartObject("dates");
        json.WriteNumber("upcoming", figures.UpcomingDates);
        json.WriteNumber("occurred", figures.OccurredDates);
        json.WriteNumber("cancelled", figures.CancelledDates);
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyDictionary<DeliveryState, long> counts)
    {
        json.WriteStartObject(name);
        foreach (var state in Enum.GetValues<DeliveryState>())
        {
            json.WriteNumber(state.Word(), counts.GetValueOrDefault(state));
        }

        json.WriteEndObject();
    }

    private static void WriteLateness(Utf8JsonWriter json, Lateness lateness)
    {
        json.WriteStartObject("lateness");
        json.WriteNumber("deliveries", lateness.Deliveries);
        json.WriteNumber("late", lateness.Late);
        json.WriteNumber("medianSeconds", lateness.Median.TotalSeconds);
        json.WriteNumber("p95Seconds", lateness.Percentile95.TotalSeconds);
        json.WriteEndObject();
    }

    private static void WriteLastRun(Utf8JsonWriter json, StatsFigures figures)
    {
        if (figures.LastRun is not { } run)
        {
            json.WriteNull("lastRun");
            return;
        }

        json.WriteStartObject("lastRun");
        json.WriteString("startedAt", TimeText.Write(run.StartedAt));
        json.WriteString("to", TimeText.Write(run.To));
        json.WriteEndObject();
    }
}
