using System.CommandLine;
using System.Text.Json.Nodes;
using Alerts.Audit;
using Alerts.Ledger;
using NodaTime.Text;

namespace Alerts.App;

/// <summary><c>alerts audit</c>: compares what was owed with what was done. It only reads.</summary>
internal static class AuditCommand
{
    public static Command Make(Option<string> data)
    {
        var from = new Option<string?>("--from") { Description = "Only what was due at or after this instant." };
        var to = new Option<string?>("--to")
        {
            Description =
                "Only what was due at or before this instant; by default the start of the last finished watch run.",
        };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object." };
        var command = new Command("audit",
            "Compares what was owed with the ledger; exit code 1 if anything is missing, unexpected or stale.") { from,
            to, json, data };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data)!,
            InstantOf("--from", parsed.GetValue(from)), InstantOf("--to", parsed.GetValue(to)), parsed.GetValue(json),
            cancel));
        return command;
    }

    public static JsonObject ToJson(AuditCount count) => new()
    {
        ["owed"] = count.Owed,
        ["delivered"] = count[DeliveryState.Delivered],
        ["queued"] = count[DeliveryState.Queued],
        ["sending"] = count[DeliveryState.Sending],
        ["retrying"] = count[DeliveryState.Retrying],
        ["failed"] = count[DeliveryState.Failed],
        ["expired"] = count[DeliveryState.Expired],
        ["void"] = count[DeliveryState.Void],
        ["missing"] = count.Missing,
        ["unexpected"] = count.Unexpected,
        ["stale"] = count.Stale,
        ["problems"] = new JsonArray([.. count.Problems.Select(problem =>
            new JsonObject { ["key"] = problem.AlertKey, ["problem"] = problem.Problem })]),
    };

    private static async Task<int> RunAsync(
        string data, Instant? from, Instant? to, bool json, CancellationToken cancel)
    {
        if (from > to)
        {
            throw new BadArgumentException("--from is later than --to: write the earlier instant as --from.");
        }

        await using var services = Commands.OpenExisting(data);
        var count = await services.GetRequiredService<IAudit>().RunAsync(from, to, cancel);
        if (json)
        {
            Console.WriteLine(ToJson(count).ToJsonString());
        }
        else
        {
            foreach (var (name, value) in ToJson(count).Where(member => member.Key != "problems"))
            {
                Console.WriteLine($"{name,-10} {value}");
            }

            foreach (var (key, problem) in count.Problems)
            {
                Console.WriteLine($"{key} {problem}");
            }
        }

        return count.IsClean ? 0 : 1;
    }

    private static Instant? InstantOf(string option, string? text) =>
        text is null ? null
        : InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant ? instant.Value
        : throw new BadArgumentException(
            $"{option} holds \"{text}\": write an instant in UTC such as 2025-10-25T00:00:00Z.");
}
