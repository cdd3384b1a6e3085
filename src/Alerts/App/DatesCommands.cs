using System.CommandLine;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Stores.Sqlite;

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
        list.SetAction(parsed => List(parsed.GetValue(data)!));
        import.SetAction((parsed, cancel) => Task.FromResult(Import(parsed.GetValue(data)!, parsed.GetValue(file)!, cancel)));
        export.SetAction(parsed => Export(parsed.GetValue(data)!));
        return new Command("dates", "Lists, imports and exports key dates.") { list, import, export };
    }

    private static int List(string data)
    {
        using var services = Commands.Open(data);
        foreach (var date in All(services))
        {
            Console.WriteLine($"{date.When.On:uuuu-MM-dd} {(date.When.At is { } at ? $"{at:HH:mm}" : "     ")} {date.When.Zone.Id,-20} {date.Status,-10} r{date.Revision} {date.Id}  {date.Title}");
        }

        return 0;
    }

    private static int Export(string data)
    {
        using var services = Commands.Open(data);
        Console.WriteLine(DatesFile.Write(All(services)));
        return 0;
    }

    private static int Import(string data, string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            throw new BadArgumentException($"there is no file {path}: name a JSON or iCalendar file.");
        }

        var file = DatesFile.Read(File.ReadAllBytes(path));
        if (file.Errors.Count > 0)
        {
            foreach (var error in file.Errors)
            {
                Console.Error.WriteLine(error);
            }

            Console.Error.WriteLine($"Nothing was imported: {file.Errors.Count} error(s).");
            return 1;
        }

        using var services = Commands.Open(data);
        services.GetRequiredService<Watcher>().CatchUp(cancel);
        var saved = services.GetRequiredService<SqliteDates>().SaveAll([.. file.Dates.Select(date => (date.KeyDate, date.Reason))]);
        var changes = saved.OfType<Saved.Recorded>().ToLookup(recorded => recorded.Version.Change);
        var added = changes[DateChange.Added].Count();
        var edited = changes[DateChange.Edited].Count();
        Console.WriteLine(
            $"added {added}, revised {changes.Sum(group => group.Count()) - added - edited}, edited {edited}, unchanged {saved.OfType<Saved.Unchanged>().Count()}");
        return 0;
    }

    private static IEnumerable<KeyDate> All(ServiceProvider services)
    {
        var dates = services.GetRequiredService<SqliteDates>();
        for (var page = dates.List(new DateFilter(), null, PageSize); page.Count > 0; page = dates.List(new DateFilter(), new DateCursor(page[^1].KeyDate.Start, page[^1].KeyDate.Id), PageSize))
        {
            foreach (var version in page)
            {
                yield return version.KeyDate;
            }
        }
    }
}
