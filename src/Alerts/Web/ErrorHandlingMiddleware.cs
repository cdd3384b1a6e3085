using Alerts.Web.Pages;
using Microsoft.AspNetCore.Connections;

namespace Alerts.Web;

/// <summary>
/// The outermost middleware. It gives every error a body (a problem for programs, a page for browsers) and every
/// response the security headers. An outage of the store is a 503. Every other exception is our own bug: it is
/// logged, and its text is not sent to the client.
/// </summary>
internal sealed partial class ErrorHandlingMiddleware(
    RequestDelegate next, IServiceProvider services, PublicUrl publicUrl, ILogger<ErrorHandlingMiddleware> log)
{
    /// <summary>Seconds after which a request that the store could not serve may be sent again.</summary>
    private const string RetryAfter = "5";

    public async Task InvokeAsync(HttpContext context)
    {
        context.RequestServices = services; // no service is scoped, so no scope is created
        RequestBody.Admit(context);
        SecurityHeaders.Write(context.Response.Headers, publicUrl);
        try
        {
            await next(context);
            if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null })
            {
                await Tell(context, context.Response.StatusCode);
            }
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Tell(context, e.StatusCode);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected; there is no one to answer.
        }
        catch (Exception e) when (
            !context.Response.HasStarted && e is not ConnectionResetException && Outage.CauseOf(e) is not null)
        {
            services.GetRequiredService<ServiceHealth>().RequestFailed(e);
            context.Response.Headers.RetryAfter = RetryAfter;
            await Tell(context, StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            // Logs the route pattern, not the path, which may contain a token.
            LogFailed(context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, e);
            await Tell(context, StatusCodes.Status500InternalServerError);
        }
    }

    private static Task Tell(HttpContext context, int status)
    {
        var sentence = Problems.Sentence(status);
        var isForPeople = Accepts.Html(context.Request) && !context.Request.Path.StartsWithSegments("/api");
        var result = !isForPeople ? Problems.Of(status, sentence)
            : status == StatusCodes.Status503ServiceUnavailable ? Page.Outage(context.Request)
            : Page.Refusal(context.Request, status, sentence);
        return result.ExecuteAsync(context);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed.")]
    private partial void LogFailed(string method, string? route, Exception exception);
}
