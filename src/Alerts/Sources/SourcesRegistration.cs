namespace Alerts.Sources;

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
        services.AddSingleton<SourceReports>();
        services.AddSingleton<SourceReads>();
        services.AddTransient<DueReads>();
        services.AddSingleton<SourceFailures>();
        services.AddSingleton<SourceOrigins>();
        services.AddSingleton<SourceEdits>();
        services.AddSingleton<Proposals>();
    }
}
