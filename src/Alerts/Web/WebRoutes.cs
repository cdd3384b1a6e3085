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
    public static void AddAlertsWeb(this IServiceCollection services, TrustedProxies? proxies = null) => services
        .AddSingleton(proxies ?? TrustedProxies.Loopback)
        .AddApiDocument()
        .AddSingleton<SubscribeLimits>()
        .AddSingleton<SignInLimit>()
        .AddSingleton<RequestIdentities>()
        .AddPublicReads()
        .AddSingleton<PublicReadCache>()
        .AddSingleton<OwnerAccess>()
        .AddPreview()
        .AddSingleton<DatesApi>()
        .AddSingleton<SourcesApi>()
        .AddSingleton<ProposalsApi>()
        .AddSingleton<SubscribeApi>()
        .AddSingleton<SubscriptionsApi>()
        .AddSingleton<DeliveriesApi>()
        .AddSingleton<Stats>()
        .AddSingleton<StatsApi>()
        .AddSingleton<CalendarApi>()
        .AddSingleton<FeedApi>()
        .AddSingleton<HealthApi>()
        .AddSingleton<SendGridHook>()
        .AddSingleton<HomePage>()
        .AddSingleton<DatePages>()
        .AddSingleton<ContactPages>()
        .AddSingleton<LocalAccess>()
        .AddSingleton<ChoosableDates>()
        .AddSingleton<DateTitles>()
        .AddChannelPages()
        .AddSingleton<SubscribePages>()
        .AddSingleton<ConfirmPages>()
        .AddSingleton<UnsubscribePages>()
        .AddSingleton<ManageView>()
        .AddSingleton<ManagePages>()
        .AddSingleton<LostLinkPages>()
        .AddSingleton<OutboxPages>()
        .AddSingleton<AdminForms>()
        .AddSingleton<AdminPages>()
        .AddSingleton<AdminDateList>()
        .AddSingleton<AdminDatePages>()
        .AddSingleton<AdminCancelPages>()
        .AddSingleton<AdminImportPages>()
        .AddSingleton<AdminSourcePages>()
        .AddSingleton<AdminProposalPages>()
        .AddSingleton<AdminDeliveryPages>();

    // The email channel may have registered it already.
    private static IServiceCollection AddPreview(this IServiceCollection services)
    {
        services.TryAddSingleton<Preview>();
        return services;
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
        DatesApi.Map(app);
        SourcesApi.Map(app);
        ProposalsApi.Map(app);
        SubscribeApi.Map(app);
        SubscriptionsApi.Map(app);
        DeliveriesApi.Map(app);
        StatsApi.Map(app);
        CalendarApi.Map(app);
        FeedApi.Map(app);
        HealthApi.Map(app);
        SendGridHook.Map(app);
        ApiDocument.Map(app);
        DocsPage.Map(app);

        StaticFiles.Map(app);
        HomePage.Map(app);
        DatePages.Map(app);
        SubscribePages.Map(app);
        ConfirmPages.Map(app);
        UnsubscribePages.Map(app);
        ManagePages.Map(app);
        LostLinkPages.Map(app);
        OutboxPages.Map(app);
        AdminPages.Map(app);
        AdminDatePages.Map(app);
        AdminCancelPages.Map(app);
        AdminImportPages.Map(app);
        AdminSourcePages.Map(app);
        AdminProposalPages.Map(app);
        AdminDeliveryPages.Map(app);
    }
}
