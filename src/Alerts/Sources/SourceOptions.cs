using Alerts.Senders.Webhook;

namespace Alerts.Sources;

/// <summary>Settings for reading sources (<c>Alerts:Sources</c>).</summary>
internal sealed record SourceOptions
{
    private const string BaseUrl = "Sources:FederalRegister:BaseUrl";
    private const string Official = "https://www.federalregister.gov/api/v1";

    /// <summary>Which non-public addresses sources may be read from.</summary>
    public required WebhookOptions Reach { get; init; }

    /// <summary>The address of the Federal Register's <c>documents.json</c>.</summary>
    public required Uri Documents { get; init; }

    /// <summary>The email address to notify when a source is failing; null for none.</summary>
    public string? OperatorEmail { get; init; }

    /// <exception cref="BadSettingException">A setting is invalid.</exception>
    public static SourceOptions From(Settings settings)
    {
        var address = settings.Text("OperatorEmail");
        if (address is not null && Subscriptions.MailAddress.Problem(address) is not null)
        {
            throw settings.Bad("OperatorEmail", "write an email address such as name@example.com");
        }

        return new SourceOptions
        {
            Reach = new WebhookOptions(
                settings.Flag("Sources:AllowLoopback", otherwise: false),
                settings.Networks("Sources:AllowedNetworks"))
            {
                AllowPlainHttp = true,
            },
            Documents = DocumentsOf(settings),
            OperatorEmail = address,
        };
    }

    private static Uri DocumentsOf(Settings settings)
    {
        var text = (settings.Text(BaseUrl) ?? Official).TrimEnd('/');
        const string File = "/documents.json";
        return Uri.TryCreate(text.EndsWith(File, StringComparison.Ordinal) ? text : text + File, UriKind.Absolute,
            out var url)
            && url.Scheme is "http" or "https" && url is { Query: "", Fragment: "", UserInfo: "" }
            ? url
            : throw settings.Bad(BaseUrl, $"write an absolute http or https address such as {Official}");
    }
}

/// <summary>Registers the services that read sources. They use the service's store.</summary>
internal static class SourcesRegistration
{
    /// <param name="real">Real time, for timeouts.</param>
    /// <exception cref="BadSettingException">A setting is invalid.</exception>
    public static void AddSources(this IServiceCollection services, Settings settings, TimeProvider real)
    {
        settings.CheckSchedule("Sources:Schedule");
        var options = SourceOptions.From(settings);
        services.AddSingleton(options);
        services.AddSingleton(_ => new SourceHttp(options, real));
        services.AddSingleton<SourcePages>();
        services.AddSingleton<SourceChanges>();
        services.AddSingleton<SourceClaims>();
        services.AddSingleton<SourceReports>();
        services.AddSingleton<SourceReads>();
        services.AddTransient<DueReads>();
        services.AddSingleton<SourceFailures>();
        services.AddSingleton<SourceOrigins>();
        services.AddSingleton<SourceEdits>();
        services.AddSingleton<Proposals>();
    }
}
