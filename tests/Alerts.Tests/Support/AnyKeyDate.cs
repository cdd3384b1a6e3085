using Alerts.Dates;
using CsCheck;

namespace Alerts.Tests.Support;

/// <summary>Generators of key dates of every kind that can be saved, for property tests.</summary>
internal static class AnyKeyDate
{
    private static readonly string[] Zones =
        ["America/New_York", "Asia/Seoul", "UTC", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "Etc/GMT+12",
            "EST5EDT", "Australia/Lord_Howe"];

    private static readonly string[] Texts =
        ["a", "Z", "é", "台", "😀", "\"", "\\", "<", "&", ",", ";", ":", "%", "'", "=", "}"];
    private static readonly string[] Breaks = ["\n", "\r\n", "\t", " "];

    private static readonly Gen<string> Word = Gen.OneOf(Texts).Array[1, 12].Select(string.Concat);

    public static readonly Gen<string> Slug = Gen.Char["abcxyz019-"].Array[1, 64].Select(chars => new string(chars));

    private static readonly Gen<LocalDate> Day =
        Gen.Int[0, 2_900_000].Select(days => new LocalDate(1900, 1, 1).PlusDays(days));

    private static readonly Gen<LocalTime?> Hour =
        Gen.OneOf(
            Gen.Const((LocalTime?)null),
            Gen.Int[0, 1439].Select(minute => (LocalTime?)LocalTime.Midnight.PlusMinutes(minute)));

    private static readonly Gen<Moment> When =
        Gen.Select(Day, Hour, Gen.OneOf(Zones), (on, at, zone) => new Moment(on, at, DateTimeZoneProviders.Tzdb[zone]));

    private static readonly Gen<string?> Summary =
        Gen.OneOf(
            Gen.Const((string?)null),
            Gen.Select(Word, Gen.OneOf(Breaks), Word, (one, gap, two) => (string?)(one + gap + two)));

    public static readonly Gen<KeyDate> Any = Gen.Select(
        Gen.Select(Slug, Word, Summary, Slug.Array[0, 20]),
        Gen.Select(When, Gen.Int[-1, 3], Gen.Int[0, 1439]),
        Gen.Int[0, 2],
        Gen.Bool,
        Gen.Int[1, 99],
        (text, time, status, isSourced, revision) =>
            new KeyDate(
                text.Item1,
                text.Item2,
                text.Item3,
                [.. text.Item4.Distinct()],
                time.Item1,
                time.Item2 < 0 ? null : End(time.Item1, time.Item2, time.Item3),
                (DateStatus)status,
                isSourced ? "https://example.org/é?q=1&x=%20" : null,
                isSourced ? time.Item1.On : null,
                revision));

    /// <summary>Some days later at another time of day, but not before the start.</summary>
    private static Moment End(Moment when, int days, int minute)
    {
        var end = when with
        {
            On = when.On.PlusDays(days),
            At = when.IsAllDay ? null : LocalTime.Midnight.PlusMinutes(minute),
        };
        return MomentJson.IsBefore(end, when) ? when : end;
    }
}
