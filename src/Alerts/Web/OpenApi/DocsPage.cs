using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Alerts.Web.OpenApi;

/// <summary><c>/docs</c>: the API's document as a page to read and to try (Scalar). Everything it loads comes from this service.</summary>
internal static class DocsPage
{
    private const string Path = "/docs";

    // Scalar styles its elements from its script, and draws pictures and fonts from data.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Put together when it is first asked for: the package's handlers are read by reflection, for which every start would wait.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var page = new Lazy<RequestDelegate>(() => Make(app.CreateApplicationBuilder()));
        app.MapGet(Path + "/{**rest}", context =>
        {
            context.SetEndpoint(null); // the page has routes of its own
            return page.Value(context);
        });
    }

    private static RequestDelegate Make(IApplicationBuilder page) =>
        page.UseRouting()
            .UseEndpoints(routes => routes.MapScalarApiReference(Path, (options, context) =>
                {
                    var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                    context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy.Replace(
                        "{0}",
                        nonce,
                        StringComparison.Ordinal);
                    options
                        .WithTitle("Alerts API")
                        .WithOpenApiRoutePattern(ApiDocument.Path)
                        .WithNonce(nonce)
                        .DisableDefaultFonts()
                        .DisableTelemetry()
                        .DisableAgent()
                        .DisableMcp()
                        .HideDeveloperTools()
                        .HideClientButton() // it leads to Scalar's own host, with the address of this service
                        .ExpandAllTags();
                }))
            .Build();
}
