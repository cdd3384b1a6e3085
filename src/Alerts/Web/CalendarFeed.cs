using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using NodaTime;

namespace Alerts.Web;

/// <summary>
/// Writes key dates as a calendar to subscribe to. It reads the dates twice, page by page: first for the ETag and the
/// time zones, which precede the entries, and then for the entries.
/// </summary>
/// <param name="read">Reads the dates, in the same order each time.</param>
/// <param name="alarms">The alarms of a date, each with an id and an instant.</param>
internal sealed class CalendarFeed(
    string name,
    Func<CancellationToken, IAsyncEnumerable<DateVersion>> read,
    Func<DateVersion, IReadOnlyList<(string Id, Instant At)>> alarms,
    PublicUrl publicUrl)
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
            var rings = string.Concat(alarms(version).Select(alarm => $" {alarm.Id} {alarm.At.ToUnixTimeSeconds()}"));
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
            EventWriter.Write(text, version, publicUrl.At("/dates/" + version.KeyDate.Id), zones, organizer: null,
                alarms(version));
            if (text.Written.Length >= Portion)
            {
                await stream.WriteAsync(text.Written, cancel);
                text.Clear();
            }
        }

        CalendarHeader.End(text);
        await stream.WriteAsync(text.Written, cancel);
    }
}
