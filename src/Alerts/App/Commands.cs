using System.CommandLine;
using System.Text.Json;
using Alerts.Dates;

namespace Alerts.App;

/// <summary>
/// The command line. Exit codes: 0 for success, 1 for a negative result, 2 for bad arguments, settings, folder or port.
/// </summary>
internal static class Commands
{
    public static async Task<int> RunAsync(string[] args)
    {
        var data = new Option<string>("--data")
        {
            Description = "The folder that holds database, outbox and keys.",
            DefaultValueFactory = _ => "data",
        };
        var root = new RootCommand("Tells subscribers ahead of key dates, by email or webhook.")
        {
            TreatUnmatchedTokensAsErrors = true,
        };
        var serve = ServeCommand.Make(data);
        foreach (var option in serve.Options)
        {
            root.Options.Add(option);
        }

        root.Action = serve.Action;
        root.Subcommands.Add(serve);
        root.Subcommands.Add(DemoCommand.Make());
        root.Subcommands.Add(DatesCommands.Make(data));
        root.Subcommands.Add(SourcesCommands.Make(data));
        root.Subcommands.Add(AuditCommand.Make(data));
        root.Subcommands.Add(FailedCommands.Make(data));
        root.Subcommands.Add(MailCommands.Make(data));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(Advice(parsed));
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    // The library's default would end the process after two seconds.
                    ProcessTerminationTimeout = ServeCommand.StopsWithin + TimeSpan.FromSeconds(5),
                });
        }
        catch (Exception e) when (e is BadSettingException or BadArgumentException or IOException)
        {
            // An IOException is about a folder, file or port; its message is a sentence of its own too.
            return Refuse(e.Message);
        }
        catch (Exception e) when (Outage.CauseOf(e) is { } cause)
        {
            return Refuse($"the store cannot be used, and the command was not completed ({cause}).");
        }
    }

    /// <summary>Says what is wrong with the arguments and what to write instead.</summary>
    private static string Advice(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var names = command.Subcommands.Select(one => one.Name).ToList();
        if (parsed.UnmatchedTokens is [var unknown, ..] && names.Count > 0 && unknown is not ['-', ..])
        {
            var what = command is RootCommand ? "a command" : $"a command of {command.Name}";
            var nearest = names.Where(name => TypingDistance.Of(unknown, name) <= 2)
                .MinBy(name => TypingDistance.Of(unknown, name));
            return $"{Problem.Quote(unknown)} is not {what}: "
                + (nearest is null ? $"write {string.Join(" or ", names)}." : $"did you mean {nearest}?");
        }

        return command is { Action: null } && names.Count > 0
            ? $"Write what {command.Name} should do: {string.Join(" or ", names)}."
            : $"{parsed.Errors[0].Message} See {OwnCommand.Text("--help")}.";
    }

    /// <summary>
    /// Opens the store for a command, without the service's workers. If a service with a simulated clock runs on the
    /// same data, the command uses that clock.
    /// </summary>
    public static ServiceProvider Open(string data)
    {
        var settings = new Settings(Configuration());
        var folder = FolderOf(data, settings);
        var clock = RunningClock.Of(folder) ?? new ServiceClock(TimeProvider.System);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning));
        services.AddAlerts(
            settings, folder, clock, settings.PublicUrl() ?? ServeCommand.DefaultUrl, withCatalogue: false);
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IKeyDates>(); // opens the store
        return provider;
    }

    /// <summary>
    /// Opens an existing store, for commands that only read. Unlike <see cref="Open"/>, it never creates a database.
    /// </summary>
    /// <exception cref="BadArgumentException">The folder holds no database.</exception>
    public static ServiceProvider OpenExisting(string data)
    {
        var settings = new Settings(Configuration());

        // Table Storage is remote: the folder's content does not matter.
        return settings.HasSeparateQueue() || File.Exists(FolderOf(data, settings).DatabasePath)
            ? Open(data)
            : throw new BadArgumentException(
                $"there is no database in {data}: name the folder of a service with --data.");
    }

    public static DataFolder FolderOf(string data, Settings settings) =>
        new(data, settings.Text("Sqlite:Path") ?? Path.Combine(data, "alerts.db"));

    /// <summary>
    /// Reads <c>appsettings.json</c> in the current folder, if there is one, and the environment variables.
    /// </summary>
    /// <exception cref="BadSettingException">
    /// <c>appsettings.json</c> is not valid JSON, or a setting is unknown.
    /// </exception>
    public static IConfigurationRoot Configuration()
    {
        var file = Path.GetFullPath("appsettings.json");
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddJsonFile(file, optional: true).AddEnvironmentVariables().Build();
            SettingNames.Check(configuration);
            return configuration;
        }
        catch (InvalidDataException e)
        {
            // Report only the line number: the text there may be a secret.
            var line = (e.GetBaseException() as JsonException)?.LineNumber;
            throw new BadSettingException(
                $"{file} is not valid JSON{(line is null ? "" : $" (line {line + 1})")}: "
                + "correct it or remove it.");
        }
    }

    /// <summary>Writes an error sentence to standard error and returns exit code 2.</summary>
    public static int Refuse(string sentence)
    {
        Console.Error.WriteLine("alerts: " + sentence.ReplaceLineEndings(" "));
        return 2;
    }
}

/// <summary>A command-line argument cannot be used.</summary>
internal sealed class BadArgumentException(string message) : Exception(message);
