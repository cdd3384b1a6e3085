using System.Globalization;

namespace Alerts.Core;

/// <summary>
/// Checks cron expressions with seconds, in the format of the Functions host's timers (NCrontab): six fields for
/// second, minute, hour, day, month and day of the week.
/// </summary>
internal static class CronFormat
{
    private static readonly string[] Days = CultureInfo.InvariantCulture.DateTimeFormat.DayNames;
    private static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];

    private static readonly Field[] Fields =
    [
        new(0, 59, []), new(0, 59, []), new(0, 23, []), new(1, 31, []), new(1, 12, Months), new(0, 6, Days),
    ];

    public static bool IsValid(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is var fields && fields.Length == Fields.Length
        && fields.Zip(Fields).All(one => one.First.Split(',').All(one.Second.Allows));

    /// <param name="Names">Words for the values, in order, from the lowest on; empty for none.</param>
    private sealed record Field(int Lowest, int Highest, string[] Names)
    {
        /// <summary>Whether a field may hold <c>*</c>, <c>5</c> or <c>1-5</c>, each also with a step: <c>*/10</c>.</summary>
        public bool Allows(string part) => part.Split('/') switch
        {
            [var range] => IsRange(range),
            [var range, var step] => IsRange(range) && Number(step) > 0,
            _ => false,
        };

        private bool IsRange(string range) => range == "*" || range.Split('-') switch
        {
            [var one] => Value(one) is not null,
            [var from, var to] => Value(from) <= Value(to),
            _ => false,
        };

        private int? Value(string text)
        {
            var named = text.Length < 3 ? -1
                : Array.FindIndex(Names, name => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
            var value = named < 0 ? Number(text) : Lowest + named;
            return value >= Lowest && value <= Highest ? value : null;
        }

        private static int? Number(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
