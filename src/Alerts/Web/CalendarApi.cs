using System.Security.Cryptography;
using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>
/// <c>/calendar.ics</c>: all dates, or those with a topic. <c>/dates/{id}.ics</c>: one date.
/// <c>/calendar/{token}.ics</c>: the dates that a subscription follows, with alarms for its reminders.
/// </summary>
internal sealed class CalendarApi(IKeyDates dates, OwnerAccess owner, ServiceClock clock, PublicUrl publicUrl)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPublicRead<CalendarApi>("/calendar.ics", (api, context) => api.AllAsync(context.Request))
            .CachedUntilDatesChange().Described(FeedDocs.Calendar);
        app.MapPublicRead<CalendarApi>("/dates/{id}.ics", (api, context) =>
                api.OneAsync(context.InPath("id"), context.RequestAborted))
            .CachedUntilDatesChange().Described(FeedDocs.DateCalendar);
        app.MapRead<CalendarApi>("/calendar/{token}.ics", (api, context) =>
                api.OwnAsync(context.InPath("token"), context.RequestAborted))
            .Described(FeedDocs.OwnCalendar);
    }

    private async Task<IResult> AllAsync(HttpRequest request)
    {
        var query = new Query();
        var topic = query.Topic(request.Query["topic"]);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var calendar = new CalendarFeed(
            topic is null ? "Key dates" : "Key dates: " + topic,
            cancel => dates.AllAsync(new DateFilter(topic), cancel), publicUrl);
        return await AnswerAsync(calendar, isPrivate: false, request.HttpContext.RequestAborted);
    }

    private async Task<IResult> OneAsync(string id, CancellationToken cancel)
    {
        if (await dates.FindAsync(id, cancel) is not { } version)
        {
            return Problems.NotFound($"There is no key date {Problem.Quote(id)}.");
        }

        var calendar = new CalendarFeed(
            version.KeyDate.Title, _ => new[] { version }.ToAsyncEnumerable(), publicUrl);
        return await AnswerAsync(calendar, isPrivate: false, cancel);
    }

    private async Task<IResult> OwnAsync(string token, CancellationToken cancel)
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
