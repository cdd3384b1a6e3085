using System.CommandLine;
using Alerts.Dates;
using Alerts.Due;

namespace Alerts.App;

/// <summary><c>alerts dates list|import|export</c>.</summary>
internal static class DatesCommands
{
    public static Command Make(Option<string> data)
    {
        var file = new Argument<string>("FILE") { Description = "JSON as in the product's contract (one date or a list), or iCalendar." };
        var list = new Command("list", "Lists the key dates.") { data };
        var import = new Command("import", "Adds and revises key dates from a file: all of it or, with an error, nothing.") { file, data };
        var export = new Command("export", "Writes all key dates as JSON that import reads.") { data };
        list.SetAction((parsed, cancel) => ListAsync(parsed.GetValue(data)!, cancel));
        import.SetAction((parsed, cancel) => ImportAsync(parsed.GetValue(data)!, parsed.GetValue(file)!, cancel));
        export.SetAction((parsed, cancel) => ExportAsync(parsed.GetValue(data)!, cancel));
        return new Command("dates", "Lists, imports and exports key dates.") { list, import, export };
    }

    private static async Task<int> ListAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.Open(data);
        var now = services.GetRequiredService<ServiceClock>().Now;
        await foreach (var date in All(services, cancel))
        {
            Console.WriteLine($"{date.When.On:uuuu-MM-dd} {(date.When.At is { } at ? $"{at:HH:mm}" : "     ")} {date.When.Zone.Id,-20} {KeyDateJson.Word(date.Status),-10} r{date.Revision} {date.Id}  {date.Title}{(date.IsUnchecked(now) ? "  (not checked for 30 days)" : "")}");
        }

        return 0;
    }

    private static async Task<int> ExportAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.Open(data);
        Console.WriteLine(DatesFile.Write(await All(services, cancel).ToListAsync(cancel)));
        return 0;
    }

    private static async Task<int> ImportAsync(string data, string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            throw new BadArgumentException($"there is no file {path}: name a JSON or iCalendar file.");
        }

        var file = DatesFile.Read(await File.ReadAllBytesAsync(path, cancel));
        if (file.Errors.Count > 0)
        {
            foreach (var error in file.Errors)
            {
                Console.Error.WriteLine(error);
            }

            Console.Error.WriteLine($"Nothing was imported: {file.Errors.Count} error(s).");
            return 1;
        }

        await using var services = Commands.Open(data);
        await services.GetRequiredService<Watcher>().CatchUpAsync(cancel);
        var saved = await services.GetRequiredService<IKeyDates>().SaveAllAsync([.. file.Dates.Select(date => (date.KeyDate, date.Reason))], cancel);
        var changes = saved.OfType<Saved.Recorded>().ToLookup(recorded => recorded.Version.Change);
        var added = changes[DateChange.Added].Count();
        var edited = changes[DateChange.Edited].Count();
        Console.WriteLine(
            $"added {added}, revised {changes.Sum(group => group.Count()) - added - edited}, edited {edited}, unchanged {saved.OfType<Saved.Unchanged>().Count()}");
        return 0;
    }

    private static IAsyncEnumerable<KeyDate> All(ServiceProvider services, CancellationToken cancel) =>
        services.GetRequiredService<IKeyDates>().AllAsync(new DateFilter(), cancel).Select(version => version.KeyDate);
}
