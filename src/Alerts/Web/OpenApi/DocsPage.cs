using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Alerts.Web.OpenApi;

/// <summary>
/// <c>/docs</c>: the API document as a page to read and to try out (Scalar). Everything it loads comes
/// from this service.
/// </summary>
internal static class DocsPage
{
    private const string Path = "/docs";

    // Scalar sets styles from its script, and loads images and fonts from data URLs.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>
    /// Maps the page. It is built at the first request, because reading the package's handlers by reflection would
    /// slow every start.
    /// </summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var page = new Lazy<RequestDelegate>(() => Make(app.CreateApplicationBuilder()));
        app.MapMethods(Path + "/{**rest}", [HttpMethods.Get, HttpMethods.Head], context =>
        {
            context.SetEndpoint(null); // the page does its own routing
            return page.Value(context);
        });
    }

    private static RequestDelegate Make(IApplicationBuilder page) =>
        page.UseRouting()
            .UseEndpoints(routes => routes.MapScalarApiReference(Path, (options, context) =>
                {
                    var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                    context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy.Replace(
                        "{0}", nonce, StringComparison.Ordinal);
                    options.WithTitle("Alerts API")
                        .WithOpenApiRoutePattern(ApiDocument.Path)
                        .WithNonce(nonce)
                        .DisableDefaultFonts()
                        .DisableTelemetry()
                        .DisableAgent()
                        .DisableMcp()
                        .HideDeveloperTools()
                        .HideClientButton() // it links to Scalar's host and passes this service's address
                        .ExpandAllTags();
                }).WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])))
            .Build();
}
