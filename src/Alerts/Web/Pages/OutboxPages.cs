using System.Text.RegularExpressions;
using Alerts.Senders;
using Alerts.Senders.Email;
using MimeKit;
using MimeKit.Utils;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/outbox</c>: the mails that were written to a folder instead of being sent. They contain other people's
/// confirmation links, so only clients on this machine and holders of the admin key may read them. All others
/// get a 404.
/// </summary>
internal sealed partial class OutboxPages(OutboxFolder folder, LocalAccess local) : IEndpoints
{
    private const int Max = 200;
    private const string NoSubject = "(no subject)";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/outbox", Verbs.Read, List);
        app.MapMethods("/outbox/{id}.eml", Verbs.Read, File);
        app.MapMethods("/outbox/{id}.html", Verbs.Read, Body);
        app.MapMethods("/outbox/{id}", Verbs.Read, Show);
    }

    /// <summary>A link to the outbox for a client that may read it; otherwise nothing.</summary>
    public static Html Note(LocalAccess local, HttpRequest request) => Html.If(local.OpensOutbox(request), Html.Of(
        $"<p class=\"note\">This service writes its emails to a folder instead of sending them. "
        + $"<a href=\"{Page.Root(request)}outbox\">Open the outbox</a></p>"));

    private Page List(HttpRequest request)
    {
        if (FolderFor(request) is not { } path)
        {
            return None(request);
        }

        var files = !Directory.Exists(path)
            ? []
            : new DirectoryInfo(path)
                .EnumerateFiles("*.eml")
                .Where(file => Id().IsMatch(Path.GetFileNameWithoutExtension(file.Name)))
                .OrderByDescending(file => file.LastWriteTimeUtc)
                .ThenByDescending(file => file.Name, StringComparer.Ordinal)
                .Take(Max)
                .ToList();
        return Page.Of(
            "Outbox",
            files.Count == 0
                ? Html.Of($"<p>No emails yet.</p>")
                : Html.Of(
                    $"""
                    <p class="lead">Emails that were written here instead of being sent, newest first.</p>
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

        request.HttpContext.Response.Headers.ContentSecurityPolicy =
            SecurityHeaders.ContentSecurityPolicy + "; frame-src 'self'";
        using var mail = MimeMessage.Load(path);
        return Page.Of(mail.Subject ?? NoSubject, Html.Of(
            $"""
            <div class="card"><dl>
            <dt>To</dt><dd>{mail.To.ToString()}</dd>
            <dt>From</dt><dd>{mail.From.ToString()}</dd>
            <dt>Date</dt><dd>{When(mail.Date)}</dd>
            </dl></div>
            <h2>As plain text</h2>
            <pre dir="auto">{Linked(mail.TextBody ?? "")}</pre>
            {Html.If(mail.HtmlBody is not null, Html.Of(
                $"<h2 id=\"html\">As HTML</h2><iframe class=\"mail\" title=\"As HTML\" src=\"{id}.html\"></iframe>"))}
            <p><a href="{id}.eml">The email as a file ({id}.eml)</a> · <a href="{Page.Root(
                request)}outbox">All emails</a></p>
            """));
    }

    /// <summary>
    /// The HTML part of a mail, for a frame on our own page. The policy allows no scripts and no external content.
    /// Links open outside the frame.
    /// </summary>
    private IResult Body(string id, HttpContext context)
    {
        if (PathOf(id, context.Request) is not { } path)
        {
            return None(context.Request);
        }

        using var mail = MimeMessage.Load(path);
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'";
        return Results.Content(
            (mail.HtmlBody ?? "").Replace("<head>", "<head><base target=\"_top\">", StringComparison.Ordinal),
            "text/html; charset=utf-8");
    }

    private IResult File(string id, HttpRequest request) => PathOf(id, request) is { } path
        ? Results.File(path, "message/rfc822", id + ".eml") : None(request);

    private static Html Row(FileInfo file, HttpRequest request)
    {
        var id = Path.GetFileNameWithoutExtension(file.Name);
        using var stream = file.OpenRead();
        var headers = HeaderList.Load(stream);
        return Html.Of(
            $"""
            <li><a class="what" href="{Page.Root(request)}outbox/{id}"><bdi>{headers[HeaderId.Subject]
                ?? NoSubject}</bdi></a>
            <span class="block soft">To {headers[HeaderId.To]} · {(
                DateUtils.TryParse(headers[HeaderId.Date] ?? "", out var date) ? When(date) : "")}</span></li>

            """);
    }

    /// <summary>
    /// The path of an existing mail that the request may read; null otherwise. Accepts only names that
    /// this service assigns.
    /// </summary>
    private string? PathOf(string id, HttpRequest request) =>
        FolderFor(request) is { } open
        && Id().IsMatch(id) && Path.GetFullPath(Path.Combine(open, id + ".eml")) is var path
        && System.IO.File.Exists(path)
            ? path : null;

    private string? FolderFor(HttpRequest request) => local.OpensOutbox(request) ? folder.Path : null;

    /// <summary>The text with its URLs as links.</summary>
    private static Html Linked(string text)
    {
        var links = Link().Matches(text);
        var ends = links.Select(link => link.Index + link.Length).Prepend(0);
        var gaps = ends.Zip(links.Select(link => link.Index).Append(text.Length), (from, to) => text[from..to])
            .ToList();
        return Html.Of(
            $"{gaps[0]}{Html.Each(links.Zip(gaps.Skip(1)), pair =>
                Html.Of($"<a href=\"{pair.First.Value}\">{pair.First.Value}</a>{pair.Second}"))}");
    }

    private static string When(DateTimeOffset date) => TimeWords.Of(Instant.FromDateTimeOffset(date), DateTimeZone.Utc);

    private static Page None(HttpRequest request) =>
        Page.Refusal(request, StatusCodes.Status404NotFound, Problems.Sentence(StatusCodes.Status404NotFound));

    [GeneratedRegex(@"\A[a-z0-9_]{1,80}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex(@"https?://[^\s<>""]+", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
