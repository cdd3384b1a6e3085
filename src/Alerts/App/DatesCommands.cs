using System.CommandLine;
using Alerts.Dates;
using Alerts.Due;

namespace Alerts.App;

/// <summary><c>alerts dates list|import|export</c>.</summary>
internal static class DatesCommands
{
    private const int PageSize = 200;

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
        foreach (var date in await AllAsync(services, cancel))
        {
            Console.WriteLine($"{date.When.On:uuuu-MM-dd} {(date.When.At is { } at ? $"{at:HH:mm}" : "     ")} {date.When.Zone.Id,-20} {date.Status,-10} r{date.Revision} {date.Id}  {date.Title}");
        }

        return 0;
    }

    private static async Task<int> ExportAsync(string data, CancellationToken cancel)
    {
        await using var services = Commands.Open(data);
        Console.WriteLine(DatesFile.Write(await AllAsync(services, cancel)));
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

    private static async Task<List<KeyDate>> AllAsync(ServiceProvider services, CancellationToken cancel)
    {
        var dates = services.GetRequiredService<IKeyDates>();
        var all = new List<KeyDate>();
        DateCursor? after = null;
        do
        {
            var page = await dates.ListAsync(new DateFilter(), after, PageSize, cancel);
            all.AddRange(page.Select(version => version.KeyDate));
            after = page.Count == PageSize ? new DateCursor(page[^1].KeyDate.Start, page[^1].KeyDate.Id) : null;
        }
        while (after is not null);

        return all;
    }
}
