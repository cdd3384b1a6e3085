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

    /// <summary>The routes of each part, with the service that answers them.</summary>
    private static readonly (Action<IServiceCollection> Register, Action<IEndpointRouteBuilder> Map)[] Parts =
    [
        Part<CalendarApi>(CalendarApi.Map),
        Part<FeedApi>(FeedApi.Map),
        Part<HealthApi>(HealthApi.Map),
        Part<SendGridHook>(SendGridHook.Map),
        Part<ApiDocument>(ApiDocument.Map),
        Part<HomePage>(HomePage.Map),
        Part<DatePages>(DatePages.Map),
        Part<SubscribePages>(SubscribePages.Map),
        Part<ConfirmPages>(ConfirmPages.Map),
        Part<UnsubscribePages>(UnsubscribePages.Map),
        Part<ManagePages>(ManagePages.Map),
        Part<LostLinkPages>(LostLinkPages.Map),
        Part<OutboxPages>(OutboxPages.Map),
        Part<AdminPages>(AdminPages.Map),
        Part<AdminDatePages>(AdminDatePages.Map),
        Part<AdminImportPages>(AdminImportPages.Map),
        Part<AdminSourcePages>(AdminSourcePages.Map),
        Part<AdminProposalPages>(AdminProposalPages.Map),
        Part<AdminDeliveryPages>(AdminDeliveryPages.Map),
    ];

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
            .AddSingleton<IEndpoints, StatsApi>();
        Array.ForEach(Parts, part => part.Register(services));
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

        Array.ForEach(Parts, part => part.Map(app));
        DocsPage.Map(app);
        StaticFiles.Map(app);
    }

    private static (Action<IServiceCollection>, Action<IEndpointRouteBuilder>) Part<T>(
        Action<IEndpointRouteBuilder> map)
        where T : class => (services => services.AddSingleton<T>(), map);
}
