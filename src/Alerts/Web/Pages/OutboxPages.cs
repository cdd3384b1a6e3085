using System.Net;
using System.Text.RegularExpressions;
using Alerts.Senders;
using MimeKit;
using NodaTime;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/outbox</c>: the mails that were written instead of sent. They hold other people's confirm links, so only who sits at the
/// machine or has the admin key may read them; to everybody else there is no such page.
/// </summary>
internal sealed partial class OutboxPages(OutboxFolder folder, AdminAccess admin)
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/outbox", (HttpRequest request, OutboxPages pages) => pages.List(request));
        app.MapRead("/outbox/{id}.eml", (string id, HttpRequest request, OutboxPages pages) => pages.File(id, request));
        app.MapRead("/outbox/{id}", (string id, HttpRequest request, OutboxPages pages) => pages.Show(id, request));
    }

    private Page List(HttpRequest request)
    {
        if (!IsOpenTo(request, out var path))
        {
            return None(request);
        }

        var files = !Directory.Exists(path) ? [] : new DirectoryInfo(path).EnumerateFiles("*.eml")
            .Where(file => Id().IsMatch(Path.GetFileNameWithoutExtension(file.Name)))
            .OrderByDescending(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name, StringComparer.Ordinal)
            .Take(Most)
            .ToList();
        return Page.Of("Outbox", files.Count == 0 ? Html.Of($"<p>No mails yet.</p>") : Html.Of(
            $"""
            <p class="soft">The newest {DateText.Number(files.Count)} mails, written here instead of sent.</p>
            <ul class="rows">
            {Html.Each(files, file => Row(file, request))}
            </ul>
            """));
    }

    private Page Show(string id, HttpRequest request)
    {
        if (PathOf(id, request) is not { } path)
        {
            return None(request);
        }

        using var mail = MimeMessage.Load(path);
        return Page.Of(mail.Subject ?? "(no subject)", Html.Of(
            $"""
            <dl>
            <dt>To</dt><dd>{mail.To.ToString()}</dd>
            <dt>From</dt><dd>{mail.From.ToString()}</dd>
            <dt>Date</dt><dd>{When(mail.Date)}</dd>
            </dl>
            <pre>{mail.TextBody}</pre>
            <p><a href="{id}.eml">The whole mail ({id}.eml)</a></p>
            """));
    }

    private IResult File(string id, HttpRequest request) => PathOf(id, request) is { } path
        ? Results.File(path, "message/rfc822", id + ".eml")
        : None(request);

    private static Html Row(FileInfo file, HttpRequest request)
    {
        var id = Path.GetFileNameWithoutExtension(file.Name);
        using var stream = file.OpenRead();
        var headers = HeaderList.Load(stream);
        return Html.Of(
            $"""
            <li><a class="what" href="{Page.Root(request)}outbox/{id}">{headers[HeaderId.Subject] ?? "(no subject)"}</a>
            <span class="block soft">to {headers[HeaderId.To]} · {headers[HeaderId.Date]} · <a href="{Page.Root(request)}outbox/{id}.eml">{id}.eml</a></span></li>

            """);
    }

    /// <summary>The file of a mail that is there and that the request may read; only names that we ourselves give.</summary>
    private string? PathOf(string id, HttpRequest request) =>
        IsOpenTo(request, out var folderPath) && Id().IsMatch(id) && Path.GetFullPath(Path.Combine(folderPath, id + ".eml")) is var path && System.IO.File.Exists(path)
            ? path
            : null;

    private bool IsOpenTo(HttpRequest request, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? path)
    {
        path = folder.Path;
        return path is not null && (admin.Allows(request) || IsLocal(request));
    }

    /// <summary>
    /// Over a loopback connection, by a local name (a page elsewhere can make its own name resolve to 127.0.0.1), and not through
    /// a proxy that stands on this machine.
    /// </summary>
    private static bool IsLocal(HttpRequest request) =>
        request.HttpContext.Connection is { LocalIpAddress: { } local, RemoteIpAddress: { } remote } && IPAddress.IsLoopback(local) && IPAddress.IsLoopback(remote)
        && (request.Host.Host == "localhost" || (IPAddress.TryParse(request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !request.Headers.Keys.Any(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase));

    private static string When(DateTimeOffset date) => TimeWords.Of(Instant.FromDateTimeOffset(date), DateTimeZone.Utc);

    private static Page None(HttpRequest request) => Page.Refusal(request, StatusCodes.Status404NotFound, Problems.Sentence(StatusCodes.Status404NotFound));

    [GeneratedRegex(@"\A[a-z0-9_]{1,80}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
