using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Alerts.Dates;
using Alerts.Queue.ServiceBus;
using Alerts.Sources;
using Alerts.Watch;
using Alerts.Web;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using NodaTime.Text;

namespace Alerts.App;

/// <summary><c>alerts serve</c>: runs the whole service in one process.</summary>
internal static partial class ServeCommand
{
    public static readonly PublicUrl DefaultUrl = new(new Uri("http://127.0.0.1:7071"));

    /// <summary>
    /// Time limit for work under way when the service is asked to stop; a webhook attempt takes less. Work that has not
    /// ended by then is recovered at the next start, as after a crash.
    /// </summary>
    public static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(20);

    /// <summary>The range of a simulated clock leaves room for all that is computed from it.</summary>
    private static readonly Instant EarliestClock = Instant.FromUtc(1900, 1, 1, 0, 0);

    private static readonly Instant LatestClock = Instant.FromUtc(9000, 12, 31, 23, 59, 59);

    public static Command Make(Option<string> data)
    {
        var urls = new Option<string?>("--urls")
        {
            Description = "Where to listen; several are separated by semicolons. Default http://127.0.0.1:7071.",
        };
        var clock = new Option<string?>("--clock")
        {
            Description =
                "Run on a simulated clock that shows this instant at the start, such as 2025-10-25T00:00:00Z.",
        };
        var speed = new Option<string?>("--speed")
        {
            Description = "Simulated seconds per second; with --clock. Default 1.",
        };
        var command = new Command("serve", "Runs the service.") { data, urls, clock, speed };
        command.SetAction(async (parsed, cancel) =>
        {
            // System.CommandLine handles SIGTERM only after the action's first await, which could
            // otherwise come after the start.
            await Task.Yield();
            try
            {
                return await RunAsync(
                    parsed.GetValue(data)!, parsed.GetValue(urls),
                    ClockOf(parsed.GetValue(clock), parsed.GetValue(speed)), cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return 0; // asked to stop before it had started
            }
        });
        return command;
    }

    /// <summary>Builds the web application, including the workers.</summary>
    public static WebApplication Build(
        Settings settings, DataFolder folder, ServiceClock clock, PublicUrl publicUrl, string[] urls, string? adminKey)
    {
        // An empty builder: Alerts reads its own settings. The machine's ASP.NET Core settings have
        // no effect and are not read.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(urls);
        builder.Services.AddRoutingCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Alerts", LogLevel.Information);
        // Start-up failures are printed as one sentence instead.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.AddTelemetry(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        builder.Services.AddAlerts(settings, folder, clock, publicUrl, withCatalogue: true);
        builder.Services.AddAdminAccess(adminKey, publicUrl, TimeProvider.System);
        builder.Services.AddAlertsWeb(TrustedProxies.From(settings));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopsWithin);
        // Hosted services start before the web server, in this order.
        builder.Services.AddHostedService<WatcherWorker>();
        builder.Services.AddHostedService<SourceWorker>();
        if (!settings.HasSeparateQueue())
        {
            builder.Services.AddHostedService<SenderWorker>();
        }
        else
        {
            builder.Services.AddHostedService<AlertQueueReceiver>();
        }

        var app = builder.Build();
        app.UseAlerts();
        return app;
    }

    /// <summary>Starts the service. Returns once it listens and its workers have started.</summary>
    /// <exception cref="BadArgumentException">The service cannot listen on its address.</exception>
    /// <exception cref="IOException">The store cannot be opened.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken cancel)
    {
        app.Services.GetRequiredService<IKeyDates>(); // opens the store
        app.MapAlerts();
        // Bind the handlers while the workers start, because the first request waits for it: a twentieth of the start.
        _ = Task.Run(() => ((IEndpointRouteBuilder)app).DataSources.Sum(source => source.Endpoints.Count), cancel);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.StopAsync(CancellationToken.None); // the workers are already running
            var reason = e.InnerException?.Message ?? e.Message;
            throw new BadArgumentException(
                $"cannot listen on {app.Configuration[WebHostDefaults.ServerUrlsKey]}: {reason}. "
                + "Give another address with --urls.");
        }
        catch
        {
            await app.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// Whether one of the host's workers failed. The host then stops, but does not report a failure itself.
    /// </summary>
    public static bool HasFailed(this IHost host) =>
        host.Services.GetServices<IHostedService>()
            .OfType<BackgroundService>().Any(worker => worker.ExecuteTask is { IsFaulted: true });

    private static async Task<int> RunAsync(string data, string? urls, ServiceClock clock, CancellationToken cancel)
    {
        var settings = new Settings(Commands.Configuration());
        var addresses = Addresses(urls);
        // Read the catalogue and the time zones it needs in the background while the web server is built.
        _ = Task.Run(() => ShippedCatalogue.Entries, CancellationToken.None);
        if (settings.PublicUrl() is null && addresses.Any(IsWildcard))
        {
            throw new BadArgumentException(
                "--urls names every address of this machine, which no link can: set Alerts:PublicUrl to the address "
                + "that people use, such as https://alerts.example.com.");
        }

        var publicUrl = settings.PublicUrl() ?? new PublicUrl(addresses[0]);
        // Without a key the operator routes are closed. On loopback, a key generated for this run opens them.
        var generated =
            settings.AdminKey() is null && addresses.All(address => address.IsLoopback)
                ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) : null;
        var folder = Commands.FolderOf(data, settings);
        var isOpenToOthers = OwnerOnly.IsOpenToOthers(folder.Path);
        await using var app = Build(
            settings,
            folder,
            clock,
            publicUrl,
            [.. addresses.Select(address => address.GetLeftPart(UriPartial.Authority))],
            settings.AdminKey() ?? generated);
        if (isOpenToOthers)
        {
            LogOpenToOthers(app.Logger, Path.GetFullPath(folder.Path));
        }

        if (publicUrl.Value is { Scheme: "http", IsLoopback: false })
        {
            LogNotHttps(app.Logger, publicUrl.At("/"));
        }

        if (clock.IsSimulated
            && await LastRunAsync(app.Services.GetRequiredService<IWatch>(), cancel) is { } last
            && clock.Now < last.StartedAt)
        {
            Console.WriteLine(
                $"The clock starts at {InstantPattern.General.Format(clock.Now)}, before the last finished run here "
                + $"({InstantPattern.General.Format(last.StartedAt)}): what the ledger holds is not sent again. "
                + "Take another --data to replay.");
        }

        using var running = RunningClock.Announce(folder, clock);
        await StartAsync(app, cancel);
        // Kestrel always provides this feature.
        var listening = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var reached = settings.PublicUrl() ?? new PublicUrl(new Uri(listening.First()));
        foreach (var line in StartOutput.Lines(settings, folder, reached, generated))
        {
            Console.WriteLine(line);
        }

        foreach (var address in listening)
        {
            Console.WriteLine("Listening on " + address);
        }

        await app.WaitForShutdownAsync(cancel);
        return app.HasFailed() ? 1 : 0;
    }

    [LoggerMessage(LogLevel.Warning,
        "Other users of this machine can read {Folder}, which holds addresses, secrets and keys: chmod 700 it.")]
    private static partial void LogOpenToOthers(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Warning,
        "Links lead to {Url}, and mail programs offer to unsubscribe with one click over https only: set "
        + "Alerts:PublicUrl to the https address that people use.")]
    private static partial void LogNotHttps(ILogger logger, string url);

    /// <summary>
    /// The last watch run; null also if the store cannot be reached, which the workers report and wait for.
    /// </summary>
    private static async Task<WatchRun?> LastRunAsync(IWatch watch, CancellationToken cancel)
    {
        try
        {
            return await watch.LastRunAsync(cancel);
        }
        catch (Exception e) when (Outage.CauseOf(e) is not null)
        {
            return null;
        }
    }

    private static List<Uri> Addresses(string? urls) =>
        (urls ?? "http://127.0.0.1:7071")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Address).ToList()
            is { Count: > 0 } addresses
            ? addresses
            : throw new BadArgumentException("--urls is empty: write an address such as http://127.0.0.1:7071.");

    /// <summary>Parses an address. ASP.NET Core's usual wildcards, <c>*</c> and <c>+</c>, mean <c>[::]</c>.</summary>
    private static Uri Address(string text)
    {
        var named = text.Replace("://*", "://[::]", StringComparison.Ordinal)
            .Replace("://+", "://[::]", StringComparison.Ordinal);
        if (!Uri.TryCreate(named, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp
            || url.AbsolutePath != "/")
        {
            throw new BadArgumentException($"--urls holds \"{text}\": write addresses such as http://127.0.0.1:7071.");
        }

        return url.Port != 0 || IPAddress.TryParse(url.DnsSafeHost, out _) ? url
            : throw new BadArgumentException(
                $"--urls holds \"{text}\": port 0 (any free port) needs an IP address, such as http://127.0.0.1:0.");
    }

    private static bool IsWildcard(Uri address) =>
        IPAddress.TryParse(address.DnsSafeHost, out var host)
        && (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any));

    /// <summary>The clock that <c>--clock</c> and <c>--speed</c> ask for; the real clock when both are null.</summary>
    /// <exception cref="BadArgumentException">One of the two values cannot be used.</exception>
    public static ServiceClock ClockOf(string? clock, string? speed)
    {
        if (clock is null)
        {
            return speed is null
                ? new ServiceClock(TimeProvider.System)
                : throw new BadArgumentException(
                    "--speed goes with --clock: give the instant to start at, such as --clock 2025-10-25T00:00:00Z.");
        }

        if (InstantPattern.ExtendedIso.Parse(clock) is not { Success: true } start
            || start.Value < EarliestClock || start.Value > LatestClock)
        {
            throw new BadArgumentException(
                $"--clock holds \"{clock}\": write an instant in UTC such as 2025-10-25T00:00:00Z, from the year 1900 "
                + "to 9000.");
        }

        return double.TryParse(speed ?? "1", NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= 1_000_000
            ? new ServiceClock(TimeProvider.System, start.Value, seconds)
            : throw new BadArgumentException($"--speed holds \"{speed}\": write a number above 0 and up to 1000000.");
    }
}
