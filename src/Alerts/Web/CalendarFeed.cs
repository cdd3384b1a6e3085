using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using NodaTime;

namespace Alerts.Web;

/// <summary>
/// Key dates as a calendar to subscribe to. It goes through the dates twice, page by page: first for the zones, which stand
/// before the entries, and for the ETag; then it writes what it reads.
/// </summary>
/// <param name="read">Reads the dates, in the same order each time.</param>
/// <param name="alarms">When a date rings: an id and an instant each.</param>
internal sealed class CalendarFeed(
    string name,
    Func<CancellationToken, IAsyncEnumerable<DateVersion>> read,
    Func<DateVersion, IReadOnlyList<(string Id, Instant At)>> alarms,
    PublicUrl publicUrl)
{
    public const string ContentType = "text/calendar; charset=utf-8";

    /// <summary>How much is gathered before it is sent, in bytes.</summary>
    private const int Portion = 64 * 1024;

    private readonly TimeZoneWriter zones = new();

    /// <summary>Reads the dates once; a tag that stands for all that the calendar says.</summary>
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

    /// <summary>After <see cref="SurveyAsync"/>.</summary>
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
