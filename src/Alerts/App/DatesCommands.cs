using System.CommandLine;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Sources;
using Alerts.Watch;

namespace Alerts.App;

/// <summary><c>alerts dates list|import|export</c>: lists, imports and exports key dates.</summary>
internal static class DatesCommands
{
    private const int PageSize = 500;

    public static Command Make(Option<string> data)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "JSON as dates export writes it (one date or a list), or iCalendar.",
        };
        var zone = new Option<string?>("--zone")
        {
            Description = "The time zone of calendar dates that name none, such as Europe/Berlin.",
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Prints what would change and how many would be notified; stores nothing.",
        };
        var list = new Command("list", "Lists the key dates.") { data };
        var import = new Command(
            "import", "Adds and revises key dates from a file: all of it or, with an error, nothing.")
        {
            file, zone, dryRun, data,
        };
        var export = new Command("export", "Writes all key dates as JSON that import reads.") { data };
        list.SetAction((parsed, cancel) => ListAsync(parsed.GetValue(data)!, cancel));
        import.SetAction((parsed, cancel) => ImportAsync(
            parsed.GetValue(data)!, parsed.GetValue(file)!, ZoneOf(parsed.GetValue(zone)), parsed.GetValue(dryRun),
            cancel));
        export.SetAction((parsed, cancel) => ExportAsync(parsed.GetValue(data)!, cancel));
        return new Command("dates", "Lists, imports and exports key dates.") { list, import, export };
    }

    private static async Task<int> ListAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.OpenExisting(data);
        var now = services.GetRequiredService<ServiceClock>().Now;
        var origins = services.GetRequiredService<SourceOrigins>();
        var isEmpty = true;
        await foreach (var versions in services.GetRequiredService<IKeyDates>().AllAsync(new DateFilter(), cancel)
            .Chunk(PageSize))
        {
            isEmpty = false;
            var origin = await origins.OfAsync(versions, cancel);
            foreach (var date in versions.Select(version => version.KeyDate))
            {
                var time = date.When.At is { } at ? $"{at:HH:mm}" : "     ";
                var note = date.IsUnchecked(origin.GetValueOrDefault(date.Id), now)
                    ? "  (not checked for 30 days)" : "";
                Console.WriteLine(
                    $"{date.When.On:uuuu-MM-dd} {time} {date.When.Zone.Id,-20} {date.Status.Word(),-10} "
                    + $"r{date.Revision} {date.Id}  {date.Title}{note}");
            }
        }

        if (isEmpty)
        {
            Console.WriteLine("There are no key dates.");
        }

        return 0;
    }

    private static async Task<int> ExportAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.OpenExisting(data);
        var all = services.GetRequiredService<IKeyDates>().AllAsync(new DateFilter(), cancel);
        Console.WriteLine(KeyDateJson.ToFile(await all.Select(version => version.KeyDate).ToListAsync(cancel)));
        return 0;
    }

    private static async Task<int> ImportAsync(
        string data, string path, DateTimeZone? zone, bool isDryRun, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            throw new BadArgumentException($"there is no file {path}: name a JSON or iCalendar file.");
        }

        var file = DatesFile.Read(await File.ReadAllBytesAsync(path, cancel), zone);
        if (file.Errors.Count > 0)
        {
            // Checked before the folder is opened: a first import that fails does not create a folder.
            return Refuse(file.Errors, file.Warnings);
        }

        await using var services = isDryRun ? Commands.OpenExisting(data) : Commands.Open(data);
        var imports = services.GetRequiredService<DateImports>();
        var plan = await imports.PlanAsync(file, cancel);
        if (plan.Errors.Count > 0)
        {
            return Refuse(plan.Errors, plan.Warnings);
        }

        Warn(plan.Warnings);
        if (isDryRun)
        {
            await ShowAsync(plan, imports, cancel);
        }
        else
        {
            Console.WriteLine(ImportCount.Of(await imports.SaveAsync(plan, cancel)));
        }

        return 0;
    }

    private static async Task ShowAsync(ImportPlan plan, DateImports imports, CancellationToken cancel)
    {
        var notified = new List<KeyValuePair<Notified, long>>();
        foreach (var change in plan.Changes)
        {
            Console.WriteLine(
                $"{change.Id}: {change.Next?.Change.Word() ?? (change.Current is null ? "left out" : "unchanged")}");
            foreach (var field in change.Fields)
            {
                Console.WriteLine(change.Current is null ? $"  {field.Field}: {Shown(field.New)}"
                    : $"  {field.Field}: {Shown(field.Old)} -> {Shown(field.New)}");
            }

            var impact = await imports.ImpactAsync(change, cancel);
            notified.AddRange(impact);
            foreach (var sentence in ImpactText.Sentences(impact))
            {
                Console.WriteLine("  " + sentence);
            }
        }

        Console.WriteLine(plan.Count);
        Console.WriteLine(ImpactText.Total(notified) + " This was a dry run: nothing was stored.");
    }

    /// <summary>A value on one line, without terminal control characters.</summary>
    private static string Shown(string? value) => value is null ? "(none)" : PlainText.OneLine(value);

    private static int Refuse(IReadOnlyList<string> errors, IReadOnlyList<string> warnings)
    {
        Warn(warnings);
        foreach (var error in errors)
        {
            Console.Error.WriteLine(error);
        }

        Console.Error.WriteLine($"Nothing was imported: {errors.Count} {(errors.Count == 1 ? "error" : "errors")}.");
        return 1;
    }

    private static void Warn(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings)
        {
            Console.Error.WriteLine("Warning: " + PlainText.OneLine(warning));
        }
    }

    private static DateTimeZone? ZoneOf(string? id) =>
        id is null ? null : Zones.Find(id) ?? throw new BadArgumentException($"--zone: {Zones.Refusal(id)}");
}
