using System.CommandLine;
using System.Text.Json;
using Alerts.Sources;

namespace Alerts.App;

/// <summary><c>alerts sources list|add|remove|check|examples</c>: manages and reads the sources of dates.</summary>
internal static class SourcesCommands
{
    public static Command Make(Option<string> data)
    {
        var file = new Argument<string>("FILE") { Description = "JSON: a source with its id, or a list of them." };
        var id = new Argument<string>("ID") { Description = "The id of a source." };
        var list = new Command("list", "Lists the sources and how their reads go.") { data };
        var add = new Command("add", "Adds or edits sources from a file.") { file, data };
        var remove = new Command("remove", "Removes a source; its dates stay.") { id, data };
        var check = new Command("check", "Reads a source now.") { id, data };
        var examples = new Command("examples", "Adds the shipped example sources, switched off.") { data };
        list.SetAction((parsed, cancel) => ListAsync(parsed.GetValue(data)!, cancel));
        add.SetAction((parsed, cancel) => AddAsync(parsed.GetValue(data)!, parsed.GetValue(file)!, cancel));
        remove.SetAction((parsed, cancel) => RemoveAsync(parsed.GetValue(data)!, parsed.GetValue(id)!, cancel));
        check.SetAction((parsed, cancel) => CheckAsync(parsed.GetValue(data)!, parsed.GetValue(id)!, cancel));
        examples.SetAction((parsed, cancel) => ExamplesAsync(parsed.GetValue(data)!, cancel));
        return new Command("sources", "External calendars and registers that key dates are read from.")
        {
            list, add, remove, check, examples,
        };
    }

    private static async Task<int> ListAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.OpenExisting(data);
        var now = services.GetRequiredService<ServiceClock>().Now;
        var sources = await services.GetRequiredService<ISources>().ListAsync(cancel);
        if (sources.Count == 0)
        {
            Console.WriteLine("There are no sources.");
        }

        foreach (var state in sources)
        {
            var read = state.CheckedAt is { } at ? "read " + TimeText.Write(at) : "not read yet";
            Console.WriteLine(
                $"{state.Id,-24} {SourceSchedule.Word(state, now),-8} every {TimeText.Write(state.Source.Every),-6} "
                + read + (state.Error is { } error ? $": {error}" : ""));
        }

        return 0;
    }

    private static async Task<int> AddAsync(string data, string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            throw new BadArgumentException(
                $"there is no file {path}: name a JSON file with a source or a list of them.");
        }

        var problems = new List<Problem>();
        var wanted = Read(await File.ReadAllBytesAsync(path, cancel), problems);
        if (problems.Count > 0)
        {
            foreach (var problem in problems)
            {
                Console.Error.WriteLine(problem);
            }

            Console.Error.WriteLine("Nothing was added.");
            return 1;
        }

        await using var services = Commands.Open(data);
        return await PutAsync(services, wanted, cancel) ? 0 : 1;
    }

    private static async Task<int> RemoveAsync(string data, string id, CancellationToken cancel)
    {
        await using var services = Commands.OpenExisting(data);
        if (await services.GetRequiredService<SourceEdits>().RemoveAsync(id, cancel))
        {
            Console.WriteLine($"removed {id}; its dates stay");
            return 0;
        }

        return NoSource(id);
    }

    private static async Task<int> CheckAsync(string data, string id, CancellationToken cancel)
    {
        await using var services = Commands.OpenExisting(data);
        var sources = services.GetRequiredService<ISources>();
        if (await sources.FindAsync(id, cancel) is not { IsRemoved: false })
        {
            return NoSource(id);
        }

        if (await services.GetRequiredService<SourceReads>().CheckAsync(id, cancel) is not { } state)
        {
            return NoSource(id);
        }

        if (state.Error is { } error)
        {
            Console.Error.WriteLine($"{id} could not be read: {error}");
            return 1;
        }

        foreach (var warning in state.Warnings)
        {
            Console.Error.WriteLine("Warning: " + warning);
        }

        var waiting = (await sources.EntriesAsync(id, cancel)).Count(entry => entry.Proposal is not null);
        Console.WriteLine($"read {id}: {waiting} changes wait for review");
        return 0;
    }

    private static async Task<int> ExamplesAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.Open(data);
        var sources = services.GetRequiredService<ISources>();
        var missing = new List<Source>();
        foreach (var example in ExampleSources.All)
        {
            if (await sources.FindAsync(example.Id, cancel) is not { IsRemoved: false })
            {
                missing.Add(example);
            }
            else
            {
                Console.WriteLine($"{example.Id} is there already");
            }
        }

        return await PutAsync(services, missing, cancel) ? 0 : 1;
    }

    private static async Task<bool> PutAsync(
        ServiceProvider services, IReadOnlyList<Source> wanted, CancellationToken cancel)
    {
        var isDone = true;
        foreach (var source in wanted)
        {
            switch (await services.GetRequiredService<SourceEdits>().PutAsync(source, cancel))
            {
                case SavedSource.Done done:
                    Console.WriteLine(
                        $"{(done.IsNew ? "added" : "edited")} {source.Id}{(source.Enabled ? "" : " (switched off)")}");
                    break;
                case SavedSource.Conflict conflict:
                    Console.Error.WriteLine(
                        $"{source.Id}: its dates could have ids of dates of the source {conflict.Other}; "
                        + "take another id.");
                    isDone = false;
                    break;
            }
        }

        return isDone;
    }

    private static List<Source> Read(byte[] content, List<Problem> problems)
    {
        using var document = JsonParsing.Parse(content, problems);
        if (document is null)
        {
            return [];
        }

        var root = document.RootElement;
        var items = root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToList() : [root];
        var wanted = new List<Source>();
        foreach (var (index, item) in items.Index())
        {
            var own = new List<Problem>();
            if (SourceJson.Read(item, item.Text("id") ?? "", own) is { } source)
            {
                wanted.Add(source);
            }

            var place = root.ValueKind == JsonValueKind.Array ? $"/{index}" : "";
            problems.AddRange(own.Select(problem => problem with { Pointer = place + problem.Pointer }));
        }

        return wanted;
    }

    private static int NoSource(string id)
    {
        Console.Error.WriteLine($"There is no source {Problem.Quote(id)}.");
        return 1;
    }
}
