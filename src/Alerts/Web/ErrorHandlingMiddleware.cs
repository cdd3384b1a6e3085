using Alerts.Core;
using Alerts.Web.Pages;
using Microsoft.AspNetCore.Connections;

namespace Alerts.Web;

/// <summary>
/// The outermost piece of the pipeline: gives every error a body (a problem for programs, a page for people) and every answer
/// the headers that keep browsers careful. An outage of the store is a 503; every other exception is our own bug: it is
/// logged,
/// and its text goes nowhere else.
/// </summary>
internal sealed partial class ErrorHandlingMiddleware(
    RequestDelegate next, IServiceProvider services, PublicUrl publicUrl, ILogger<ErrorHandlingMiddleware> log)
{
    /// <summary>Seconds until a request that the store could not serve may be sent again.</summary>
    private const string RetryAfter = "5";

    public async Task InvokeAsync(HttpContext context)
    {
        context.RequestServices = services; // nothing of ours lives for one request: none makes a scope
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
            // Nobody is left to be told.
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
            // The route's pattern, not its path: that may hold a token.
            LogFailed(context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, e);
            await Tell(context, StatusCodes.Status500InternalServerError);
        }
    }

    private static Task Tell(HttpContext context, int status)
    {
        var sentence = Problems.Sentence(status);
        var result = Accepts.Html(context.Request) && !context.Request.Path.StartsWithSegments("/api")
            ? Page.Refusal(context.Request, status, sentence)
            : Problems.Of(status, sentence);
        return result.ExecuteAsync(context);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed.")]
    private partial void LogFailed(string method, string? route, Exception exception);
}
