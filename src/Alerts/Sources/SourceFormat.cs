using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime.Text;

namespace Alerts.Sources;

/// <summary>The JSON format in which both stores keep sources and their entries.</summary>
internal static class SourceFormat
{
    public static readonly SourceJsonContext Json = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter<SourceType>(), new JsonStringEnumConverter<ApplyMode>(),
            new JsonStringEnumConverter<Dates.DateStatus>(), new JsonStringEnumConverter<ProposedChange>(),
            new TextConverter<Instant>(TimeText.Write, text => InstantPattern.ExtendedIso.Parse(text).Value),
            new TextConverter<LocalDate>(TimeText.Write, text => LocalDatePattern.Iso.Parse(text).Value),
            new TextConverter<LocalTime>(TimeText.Write, text => TimeText.Minutes.Parse(text).Value),
            new TextConverter<Duration>(
                DurationPattern.JsonRoundtrip.Format, text => DurationPattern.JsonRoundtrip.Parse(text).Value),
            new TextConverter<DateTimeZone>(zone => zone.Id, id => DateTimeZoneProviders.Tzdb[id]),
        },
    });
}

[JsonSerializable(typeof(SourceDate))]
[JsonSerializable(typeof(SourceState))]
[JsonSerializable(typeof(SourceEntry))]
internal sealed partial class SourceJsonContext : JsonSerializerContext;
