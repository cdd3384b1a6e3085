using System.Text;
using System.Xml;
using System.Xml.Linq;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Web.OpenApi;
using Alerts.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Alerts.Web;

/// <summary><c>/feed.atom</c>: the latest changes, for feed readers.</summary>
internal sealed class FeedApi(IKeyDates dates, PublicUrl publicUrl) : IEndpoints
{
    /// <summary>
    /// Maximum number of revisions in the feed, so that a reader that comes once a month misses none.
    /// </summary>
    private const int Max = 100;

    private const string Example =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">…</feed>";

    public void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/feed.atom", Verbs.Read, FeedAsync).WithName("getFeed").WithTags(Tags.Feeds)
            .WithETag().AllowAnyOrigin().CachedUntilDatesChange()
            .ProducesText<string>(200, Example, "application/atom+xml").ProducesProblem(400);

    /// <summary>Get the feed of changes.</summary>
    /// <remarks>Atom (RFC 4287): one entry per revision, newest first.</remarks>
    /// <param name="topic" example="tariffs">Only dates with this topic.</param>
    /// <response code="200">The feed.</response>
    internal async Task<IResult> FeedAsync([FromQuery, Slug] string[] topic, CancellationToken cancel)
    {
        var query = new Query();
        var wanted = query.Topic(topic);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var revisions = new List<FeedRevision>();
        foreach (var version in await dates.NewestRevisionsAsync(wanted, Max, cancel))
        {
            revisions.Add(FeedRevision.Of(
                version.KeyDate.Revision,
                await dates.HistoryAsync(version.KeyDate.Id, cancel) ?? [version]));
        }

        return FeedResult.Of(AtomFeed.ContentType, AtomFeed.Write(wanted, revisions, publicUrl));
    }
}

/// <summary>
/// Writes revisions of key dates as an Atom feed (RFC 4287), one entry each, with what changed and why.
/// </summary>
internal static class AtomFeed
{
    public const string ContentType = "application/atom+xml; charset=utf-8";

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    /// <param name="topic">The topic of the feed; null for all dates.</param>
    /// <param name="revisions">The revisions, newest first.</param>
    public static byte[] Write(string? topic, IReadOnlyList<FeedRevision> revisions, PublicUrl publicUrl)
    {
        var self = publicUrl.At("/feed.atom" + (topic is null ? "" : "?topic=" + topic));
        var updated = revisions.Count > 0 ? revisions[0].Newest.RecordedAt : NodaConstants.UnixEpoch;
        var feed = new XElement(
            Atom + "feed",
            new XElement(Atom + "id", self),
            new XElement(Atom + "title", topic is null ? "Key dates" : "Key dates: " + TopicNames.Of(topic)),
            new XElement(Atom + "updated", TimeText.Write(updated)),
            Link("self", self, "application/atom+xml"),
            Link("alternate", publicUrl.At("/"), "text/html"),
            new XElement(Atom + "author", new XElement(Atom + "name", "Alerts")),
            revisions.Select(revision => Entry(revision, publicUrl)));
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings))
        {
            feed.WriteTo(xml);
        }

        return bytes.ToArray();
    }

    private static XElement Entry(FeedRevision revision, PublicUrl publicUrl)
    {
        var date = revision.Newest.KeyDate;
        var page = publicUrl.At("/dates/" + date.Id);
        return new XElement(
            Atom + "entry",
            new XElement(Atom + "id", FormattableString.Invariant($"{page}#r{date.Revision}")),
            new XElement(Atom + "title", $"{revision.Change}: {PlainText.OneLine(date.Title)} ({When(date)})"),
            new XElement(Atom + "published", TimeText.Write(Announced(revision.First))),
            new XElement(Atom + "updated", TimeText.Write(Announced(revision.Newest))),
            Link("alternate", page, "text/html"),
            date.Source is { } source ? Link("via", new Uri(source).AbsoluteUri, type: null) : null,
            date.Topics.Select(topic => new XElement(Atom + "category", new XAttribute("term", topic))),
            new XElement(
                Atom + "content",
                new XAttribute("type", "xhtml"),
                new XElement(Xhtml + "div", Paragraphs(revision).Select(paragraph =>
                    new XElement(Xhtml + "p", new XAttribute("dir", "auto"), paragraph)))));
    }

    private static XElement Link(string rel, string href, string? type) => new(
        Atom + "link", new XAttribute("rel", rel), new XAttribute("href", href),
        type is null ? null : new XAttribute("type", type));

    /// <summary>
    /// What changed, why, and the date's summary, as paragraphs. Later edits of the revision get one line each.
    /// </summary>
    private static IEnumerable<string> Paragraphs(FeedRevision revision)
    {
        var date = revision.Newest.KeyDate;
        yield return revision.Before is { } before && !before.IsAtSameTimeAs(date)
            ? $"{revision.Change}: was {string.Join("; ", TimeWords.Lines(before, before.When.Zone))}, "
                + $"now {string.Join("; ", TimeWords.Lines(date, date.When.Zone))}."
            : $"{revision.Change}: {string.Join("; ", TimeWords.Lines(date, date.When.Zone))}.";
        if (date.Status == DateStatus.Tentative)
        {
            yield return "Tentative: it may still change.";
        }

        foreach (var version in revision.Versions.Where(version =>
                version.Change == DateChange.Edited || version.Reason is not null))
        {
            var what = version.Change == DateChange.Edited ? $"Edited {Recorded(version)}" : "Reason";
            yield return version.Reason is { } reason ? $"{what}: {PlainText.OneLine(reason)}" : what + ".";
        }

        foreach (var paragraph in date.Summary is { } summary
                ? PlainText.Lines(summary).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : [])
        {
            yield return paragraph;
        }
    }

    /// <summary>
    /// Noon UTC of the day the date was announced, if the catalogue knows it; otherwise when it was recorded here.
    /// </summary>
    private static Instant Announced(DateVersion version) => ShippedCatalogue.AnnouncedOn(version.KeyDate) is { } on
        ? on.At(LocalTime.Noon).InUtc().ToInstant() : version.RecordedAt;

    private static string Recorded(DateVersion version) => ShippedCatalogue.AnnouncedOn(version.KeyDate) is { } on
        ? TimeWords.Of(on) : TimeWords.Of(version.RecordedAt, DateTimeZone.Utc);

    private static string When(KeyDate date) =>
        TimeWords.Of(date, date.When.Zone) + (date.Status == DateStatus.Tentative ? ", tentative" : "");
}

/// <summary>One revision of a key date.</summary>
/// <param name="Versions">
/// Its versions, oldest first, at least one: the change that began the revision, then its edits.
/// </param>
/// <param name="Before">The date before the revision; null if the revision added it.</param>
internal sealed record FeedRevision(IReadOnlyList<DateVersion> Versions, KeyDate? Before)
{
    public DateVersion First => Versions[0];

    public DateVersion Newest => Versions[^1];

    /// <summary>The change that began the revision, capitalized to begin a line.</summary>
    public string Change => DatePages.Word(First.Change);

    /// <param name="history">All versions of the date, oldest first.</param>
    public static FeedRevision Of(int revision, IReadOnlyList<DateVersion> history) => new(
        [.. history.Where(version => version.KeyDate.Revision == revision)],
        history.LastOrDefault(version => version.KeyDate.Revision < revision)?.KeyDate);
}
