using System.Globalization;
using Alerts.Dates;

namespace Alerts.Web.Pages;

/// <summary>
/// A picture of where dates are and where they were before, one row per date. Horizontal positions are in percent, so
/// that it is also readable on a phone. It shows nothing that the list beside it does not say, so it is hidden from
/// screen readers.
/// </summary>
internal static class Timeline
{
    private const int RowHeight = 46;
    private const int Top = 26;
    private const int LongestLabel = 42;

    /// <summary>
    /// How far back the timeline reaches. Earlier positions are drawn at the left edge, because they would squeeze
    /// the upcoming dates.
    /// </summary>
    private static readonly Duration LooksBack = Duration.FromDays(400);

    /// <summary>The margin at both ends, in percent.</summary>
    private const double Margin = 3;

    /// <param name="rows">The versions of each date, oldest first.</param>
    public static Html Of(IReadOnlyList<IReadOnlyList<DateVersion>> rows, Instant now)
    {
        if (rows.Count == 0)
        {
            return Html.Nothing;
        }

        var (first, last) = (now, now);
        foreach (var row in rows)
        {
            last = Instant.Max(last, row[^1].KeyDate.Over);
            foreach (var date in Stood(row))
            {
                first = Instant.Min(first, date.Start);
                last = Instant.Max(last, date.Start);
            }
        }

        var from = Instant.Max(first, now - LooksBack);
        var to = Instant.Max(last, from + Duration.FromDays(1));
        var scale = new Scale(from, to);
        var height = Top + rows.Count * RowHeight;
        return Html.Of(
            $"""
            <figure class="timeline card">
            <svg height="{height}" aria-hidden="true" focusable="false">
            {Months(scale, from, to, height)}
            <line class="today" x1="{scale.At(now)}" x2="{scale.At(now)}" y1="{Top - 8}" y2="{height}"/>
            {Html.Each(Enumerable.Range(0, rows.Count), row => Row(rows[row], Top + row * RowHeight, scale))}
            </svg>
            <figcaption>{Key("today", "now")}{Key("at confirmed", "date")}{Key(
                "at tentative", "tentative")}{Key("at cancelled", "cancelled")}{Key("was", "earlier date")}</figcaption>
            </figure>
            """);
    }

    /// <summary>An entry of the legend: a mark and its meaning.</summary>
    private static Html Key(string mark, string meaning) => Html.Of(
        $"""<span class="key"><svg width="16" height="16" aria-hidden="true" focusable="false">{(mark == "today"
            ? Html.Of($"<line class=\"today\" x1=\"8\" x2=\"8\" y1=\"0\" y2=\"16\"/>")
            : Html.Of($"<circle class=\"{mark}\" cx=\"8\" cy=\"8\" r=\"5\"/>"))}</svg>{meaning}</span> """);

    /// <summary>The states with different times: of consecutive versions with the same time only the last.</summary>
    private static List<KeyDate> Stood(IReadOnlyList<DateVersion> versions)
    {
        var stood = new List<KeyDate>();
        foreach (var date in versions.Select(version => version.KeyDate))
        {
            if (stood.Count > 0 && stood[^1].IsAtSameTimeAs(date))
            {
                stood[^1] = date;
            }
            else
            {
                stood.Add(date);
            }
        }

        return stood;
    }

    private static Html Row(IReadOnlyList<DateVersion> versions, int y, Scale scale)
    {
        var stood = Stood(versions);
        var date = stood[^1];
        var middle = y + 30;
        return Html.Of(
            $"""
            <text x="0" y="{y + 14}">{Label(date.Title)}</text>
            <line class="track" x1="0" x2="100%" y1="{middle}" y2="{middle}"/>
            {Html.Each(Enumerable.Range(1, stood.Count - 1), move => Html.Of(
                $"""<line class="move" x1="{scale.At(stood[move - 1].Start)}" x2="{scale.At(stood[move].Start)}" """
                + $"""y1="{middle}" y2="{middle}"/>"""))}
            {Html.Each(stood.SkipLast(1), was => Html.Of(
                $"""<circle class="was" cx="{scale.At(was.Start)}" cy="{middle}" r="5">"""
                + $"""<title>was {DateText.Own(was)}</title></circle>"""))}
            {Html.If(date.End is not null, Html.Of(
                $"""<rect class="span" x="{scale.At(date.Start)}" width="{scale.Width(date.Start, date.Over)}" """
                + $"""y="{middle - 3}" height="6"/>"""))}
            <circle class="at {date.Status.Word()}" cx="{scale.At(date.Start)}" cy="{middle}" r="6">
            <title>{date.Title}: {DateText.Own(date)}</title></circle>

            """);
    }

    private static Html Months(Scale scale, Instant from, Instant to, int height)
    {
        var first = from.InUtc().Date.With(DateAdjusters.StartOfMonth).PlusMonths(1);
        var months = Period.Between(first, to.InUtc().Date, PeriodUnits.Months).Months;
        var step = Math.Max(1, (months + 3) / 4); // at most five labels; a phone shows every other
        return Html.Each(Enumerable.Range(0, months / step + 1), count =>
        {
            var month = first.PlusMonths(count * step);
            var start = month.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
            var x = scale.At(start);
            return Html.Of(
                $"""<line class="grid" x1="{x}" x2="{x}" y1="18" y2="{height}"/>"""
                + $"""<text class="soft{(count % 2 == 1 ? " wide" : "")}" x="{x}" y="13" """
                + $"""text-anchor="{scale.Anchor(start)}">{(
                    month.ToString("MMM uuuu", CultureInfo.InvariantCulture))}</text>""");
        });
    }

    private static string Label(string title)
    {
        var shown = StringInfo.ParseCombiningCharacters(title);
        return shown.Length <= LongestLabel ? title : title[..shown[LongestLabel - 1]] + "…";
    }

    private sealed class Scale(Instant from, Instant to)
    {
        public string At(Instant instant) => Percent(Share(instant));

        /// <summary>The anchor of a label: towards the middle near the ends, otherwise centered.</summary>
        public string Anchor(Instant instant) => Share(instant) switch
        {
            < 10 => "start",
            > 90 => "end",
            _ => "middle",
        };

        public string Width(Instant first, Instant last) => Percent(Share(last) - Share(first));

        private double Share(Instant instant) =>
            Margin + (100 - 2 * Margin) * Math.Clamp((instant - from).TotalSeconds / (to - from).TotalSeconds, 0, 1);

        private static string Percent(double share) => share.ToString("0.##", CultureInfo.InvariantCulture) + "%";
    }
}
