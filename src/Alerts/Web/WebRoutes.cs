using Alerts.Senders;
using Alerts.Web.OpenApi;
using Alerts.Web.Pages;
using Alerts.Web.Pages.Admin;
using Alerts.Web.Pages.Channels;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Alerts.Web;

/// <summary>Registers the services of all routes and maps them.</summary>
internal static class WebRoutes
{
    /// <param name="key">The admin key; null closes the operator's routes.</param>
    public static void AddAdminAccess(
        this IServiceCollection services, string? key, PublicUrl publicUrl, TimeProvider realTime) => services
        .AddSingleton(new AdminAccess(key))
        .AddSingleton(of => new AdminSession(of.GetRequiredService<AdminAccess>(), publicUrl, realTime));

    /// <summary>Registers the services that the routes need.</summary>
    /// <param name="proxies">The trusted proxies; null for loopback.</param>
    public static void AddAlertsWeb(this IServiceCollection services, TrustedProxies? proxies = null)
    {
        services.TryAddSingleton<Preview>(); // the email channel may have registered it already
        services
            .AddSingleton(proxies ?? TrustedProxies.Loopback)
            .AddApiDocument()
            .AddPublicReads()
            .AddChannelPages()
            .AddSingleton<SubscribeLimits>()
            .AddSingleton<SignInLimit>()
            .AddSingleton<RequestIdentities>()
            .AddSingleton<PublicReadCache>()
            .AddSingleton<OwnerAccess>()
            .AddSingleton<LocalAccess>()
            .AddSingleton<Stats>()
            .AddSingleton<ChoosableDates>()
            .AddSingleton<DateTitles>()
            .AddSingleton<ContactPages>()
            .AddSingleton<ManageView>()
            .AddSingleton<AdminForms>()
            .AddSingleton<AdminDateList>()
            .AddSingleton<IEndpoints, DatesApi>()
            .AddSingleton<IEndpoints, SourcesApi>()
            .AddSingleton<IEndpoints, ProposalsApi>()
            .AddSingleton<IEndpoints, SubscribeApi>()
            .AddSingleton<IEndpoints, SubscriptionsApi>()
            .AddSingleton<IEndpoints, DeliveriesApi>()
            .AddSingleton<IEndpoints, StatsApi>()
            .AddSingleton<IEndpoints, CalendarApi>()
            .AddSingleton<IEndpoints, FeedApi>()
            .AddSingleton<IEndpoints, HealthApi>()
            .AddSingleton<IEndpoints, SendGridHook>()
            .AddSingleton<IEndpoints, HomePage>()
            .AddSingleton<IEndpoints, DatePages>()
            .AddSingleton<IEndpoints, SubscribePages>()
            .AddSingleton<IEndpoints, ConfirmPages>()
            .AddSingleton<IEndpoints, UnsubscribePages>()
            .AddSingleton<IEndpoints, ManagePages>()
            .AddSingleton<IEndpoints, LostLinkPages>()
            .AddSingleton<IEndpoints, OutboxPages>()
            .AddSingleton<IEndpoints, AdminPages>()
            .AddSingleton<IEndpoints, AdminDatePages>()
            .AddSingleton<IEndpoints, AdminImportPages>()
            .AddSingleton<IEndpoints, AdminSourcePages>()
            .AddSingleton<IEndpoints, AdminProposalPages>()
            .AddSingleton<IEndpoints, AdminDeliveryPages>();
    }

    /// <summary>Adds the middleware that every request passes before its route. None of it needs the store.</summary>
    public static void UseAlerts(this IApplicationBuilder app)
    {
        app.UseMiddleware<ErrorHandlingMiddleware>();
        app.UseRouting();
        app.UsePublicReads();
        app.UseRateLimits();
        app.UseKnownQueryParameters();
    }

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        foreach (var endpoints in app.ServiceProvider.GetServices<IEndpoints>())
        {
            endpoints.Map(app.MapGroup("")); // a group each keeps the order of the API document
        }

        ApiDocument.Map(app);
        DocsPage.Map(app);
        StaticFiles.Map(app);
    }
}
