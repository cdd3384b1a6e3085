using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;
using Microsoft.AspNetCore.Mvc;

namespace Alerts.Web;

/// <summary>
/// <c>/calendar.ics</c>: all dates, or those with a topic. <c>/dates/{id}.ics</c>: one date.
/// <c>/calendar/{token}.ics</c>: the dates that a subscription follows, with alarms for its reminders.
/// </summary>
internal sealed class CalendarApi(IKeyDates dates, OwnerAccess owner, ServiceClock clock, PublicUrl publicUrl)
    : IEndpoints
{
    private const string Example = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…END:VCALENDAR\r\n";
    private const string MediaType = "text/calendar";

    public void Map(IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("").WithTags(Tags.Feeds).WithETag();
        var open = all.MapGroup("").AllowAnyOrigin().CachedUntilDatesChange();
        open.MapMethods("/calendar.ics", Verbs.Read, AllAsync).WithName("getCalendar")
            .ProducesText<string>(200, Example, MediaType).ProducesProblem(400);
        open.MapMethods("/dates/{id}.ics", Verbs.Read, OneAsync).WithName("getDateCalendar")
            .ProducesText<string>(200, Example, MediaType).ProducesProblem(404);
        all.MapMethods("/calendar/{token}.ics", Verbs.Read, OwnAsync).WithName("getOwnCalendar")
            .ProducesText<string>(200, Example, MediaType).ProducesProblem(404);
    }

    /// <summary>Get the dates as a calendar.</summary>
    /// <remarks>
    /// iCalendar (RFC 5545) to subscribe to. One event per date, including cancelled dates. UID is the date's id,
    /// SEQUENCE the revision minus one.
    /// </remarks>
    /// <param name="topic" example="tariffs">Only dates with this topic.</param>
    /// <response code="200">The calendar.</response>
    internal async Task<IResult> AllAsync([FromQuery, Slug] string[] topic, CancellationToken cancel)
    {
        var query = new Query();
        var wanted = query.Topic(topic);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var calendar = new CalendarFeed(
            wanted is null ? "Key dates" : "Key dates: " + wanted,
            cancel => dates.AllAsync(new DateFilter(wanted), cancel), publicUrl);
        return await AnswerAsync(calendar, isPrivate: false, cancel);
    }

    /// <summary>Get one date as a calendar.</summary>
    /// <remarks>One event to add to a calendar app; the same as in /calendar.ics.</remarks>
    /// <param name="id" example="us-china-truce-expiry">The date's id.</param>
    /// <response code="200">The calendar.</response>
    internal async Task<IResult> OneAsync([Slug] string id, CancellationToken cancel)
    {
        if (await dates.FindAsync(id, cancel) is not { } version)
        {
            return Problems.NotFound($"There is no key date {Problem.Quote(id)}.");
        }

        var calendar = new CalendarFeed(
            version.KeyDate.Title, _ => new[] { version }.ToAsyncEnumerable(), publicUrl);
        return await AnswerAsync(calendar, isPrivate: false, cancel);
    }

    /// <summary>Get one subscription's calendar.</summary>
    /// <remarks>
    /// The dates the subscription follows, with an alarm for each future reminder, also before it is confirmed. Anyone
    /// with the URL can read it.
    /// </remarks>
    /// <param name="token" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A">
    /// Token from the manage page or an email.
    /// </param>
    /// <response code="200">The calendar.</response>
    internal async Task<IResult> OwnAsync([MinLength(1)] string token, CancellationToken cancel)
    {
        if (await owner.HolderAsync(TokenPurpose.Calendar, token, cancel) is not { } subscription
            || subscription.Status == SubscriptionStatus.Ended || subscription.HasLapsed(clock.Now))
        {
            return Problems.NotFound(
                "There is no such calendar; use the address on the manage page or in a newer email.");
        }

        var now = clock.Now;
        var calendar = new CalendarFeed(
            "Your key dates",
            cancel => dates.AllAsync(new DateFilter(), cancel)
                .Where(version => subscription.Preferences.Follows(version.KeyDate)),
            publicUrl,
            version =>
            [
                .. Owed.Reminders(version, subscription.Preferences)
                    .Where(due => due.DueAt > now)
                    .Select(due => (KeyOf(subscription, version.KeyDate, due), due.DueAt)),
            ]);
        return await AnswerAsync(calendar, isPrivate: true, cancel);
    }

    private static async Task<FeedResult> AnswerAsync(CalendarFeed feed, bool isPrivate, CancellationToken cancel) =>
        new(CalendarFeed.ContentType, await feed.SurveyAsync(cancel), feed.WriteAsync, isPrivate);

    /// <summary>The id of an alarm: the key of the alert that is sent at the same time.</summary>
    private static string KeyOf(Subscription subscription, KeyDate date, DueReminder due) =>
        AlertKey.Of(subscription.Id, date.Id, date.Revision, AlertKind.Reminder, due.Lead.Text);
}

/// <summary>
/// Writes key dates as a calendar to subscribe to. It reads the dates twice, page by page: first for the ETag and the
/// time zones, which precede the entries, and then for the entries.
/// </summary>
/// <param name="read">Reads the dates, in the same order each time.</param>
/// <param name="alarms">The alarms of a date, each with an id and an instant; null for none.</param>
internal sealed class CalendarFeed(
    string name, Func<CancellationToken, IAsyncEnumerable<DateVersion>> read, PublicUrl publicUrl,
    Func<DateVersion, IReadOnlyList<(string Id, Instant At)>>? alarms = null)
{
    public const string ContentType = "text/calendar; charset=utf-8";

    /// <summary>Number of bytes to buffer before they are sent.</summary>
    private const int Portion = 64 * 1024;

    private readonly TimeZoneWriter zones = new();

    /// <summary>Reads the dates once, and returns an ETag that covers the whole calendar.</summary>
    public async Task<string> SurveyAsync(CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{HealthApi.Version} {publicUrl.Value} {name}"));
        await foreach (var version in read(cancel))
        {
            zones.Add(version.KeyDate);
            var rings = string.Concat(AlarmsOf(version).Select(one => $" {one.Id} {one.At.ToUnixTimeSeconds()}"));
            hash.AppendData(
                Encoding.UTF8.GetBytes(FormattableString.Invariant($"\n{version.KeyDate.Id} {version.Number}{rings}")));
        }

        return Conditional.TagOf(hash.GetHashAndReset());
    }

    /// <summary>Writes the calendar. Call <see cref="SurveyAsync"/> first.</summary>
    public async Task WriteAsync(Stream stream, CancellationToken cancel)
    {
        var text = new ContentLineWriter();
        CalendarHeader.BeginFeed(text, name);
        zones.Write(text);
        await foreach (var version in read(cancel))
        {
            var url = publicUrl.At("/dates/" + version.KeyDate.Id);
            EventWriter.Write(text, version, url, zones, organizer: null, AlarmsOf(version));
            if (text.Written.Length >= Portion)
            {
                await stream.WriteAsync(text.Written, cancel);
                text.Clear();
            }
        }

        CalendarHeader.End(text);
        await stream.WriteAsync(text.Written, cancel);
    }

    private IReadOnlyList<(string Id, Instant At)> AlarmsOf(DateVersion version) => alarms?.Invoke(version) ?? [];
}
