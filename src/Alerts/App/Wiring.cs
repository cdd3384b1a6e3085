using Alerts.Dates;
using Alerts.Queue.ServiceBus;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Sources;
using Alerts.Stores.Sqlite;
using Alerts.Stores.TableStorage;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.App;

/// <summary>Registers the parts of the service.</summary>
internal static class Wiring
{
    /// <exception cref="BadSettingException">A setting cannot be used.</exception>
    public static void AddAlerts(
        this IServiceCollection services, Settings settings, DataFolder data, ServiceClock clock, PublicUrl publicUrl,
        bool withCatalogue)
    {
        settings.CheckHeader("ClientAddressHeader");
        services.AddSingleton(clock);
        services.AddSingleton(publicUrl);
        services.AddSingleton(data);
        services.AddSingleton<ChangeSignal>();
        services.AddSingleton(of => new ServiceHealth(
            clock, TimeProvider.System, of.GetRequiredService<ILogger<ServiceHealth>>()));

        if (settings.HasSeparateQueue())
        {
            services.AddTableStorage(settings, TimeProvider.System);
            services.AddServiceBus(settings);
        }
        else
        {
            services.AddSqlite(settings, data);
        }

        var tokenKey = settings.TokenKey();
        services.AddSingleton(of => new Tokens(() => tokenKey ?? of.GetRequiredService<StoredTokenKey>().Bytes));

        services.AddSingleton(WatchOptions.From(settings));
        var shipsDates = settings.Flag("Dates:Shipped", otherwise: true) && withCatalogue;
        services.AddSingleton(_ => shipsDates ? ShippedCatalogue.Entries : []);
        services.AddSingleton<Watcher>();
        services.AddSingleton<DateEdits>();
        services.AddSingleton<SubscriptionEdits>();
        services.AddSingleton<DateImports>();
        services.AddSources(settings, TimeProvider.System);

        // The channels, in the order in which forms and messages list them.
        services.AddSingleton<ChannelKinds>();
        services.AddSingleton<Preview>();
        services.AddSingleton<WelcomeFacts>();
        services.AddEmail(settings, data, TimeProvider.System);
        services.AddWebhook(settings, publicUrl.Value.IsLoopback, TimeProvider.System);
    }
}
