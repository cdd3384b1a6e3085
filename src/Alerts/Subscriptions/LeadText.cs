using System.Globalization;
using System.Text.RegularExpressions;
using Alerts.Dates;

namespace Alerts.Subscriptions;

/// <summary>
/// Reads leads in any case: ISO 8601 durations without sign or fraction (<c>P7D</c>, <c>P1DT2H</c>; weeks may be
/// combined with days) and business days (<c>3BD</c>, <c>3BD/us-federal</c>). They are kept in upper case. English
/// words (<c>2 weeks</c>) are converted to the duration they mean.
/// </summary>
internal static partial class LeadText
{
    private const string Advice =
        "Write words such as 2 weeks or 90 minutes, an ISO 8601 duration such as P7D or PT1H, " +
        "or business days such as 3BD or 3BD/us-federal.";

    private const int MaxMonths = 24;
    private const int MaxDays = 731; // two years, one of them a leap year
    private const int MaxBusinessDays = 500;

    // The longest sensible lead has about 30 characters; anything longer could only contain leading zeros.
    private const int MaxLength = 64;

    // Exceeds every limit in any unit (731 days are 63,158,400 seconds), but does not overflow when multiplied as
    // weeks.
    private const long TooMany = 1_000_000_000;

    /// <summary>Reads a lead.</summary>
    /// <param name="error">
    /// A sentence that says what is wrong, followed by advice; empty when the lead is valid.
    /// </param>
    public static bool TryParse(string? text, out Lead lead, out string error)
    {
        var (read, wrong) = Read(text ?? "", text ?? "");
        lead = read ?? Nothing;
        error = wrong is null ? "" : $"{wrong} {Advice}";
        return wrong is null;
    }

    // Non-null placeholder for callers that ignore the return value.
    private static readonly Lead Nothing = new ClockLead("PT0S", Duration.Zero);

    /// <param name="written">The lead as it was written, for error messages.</param>
    private static (Lead? Lead, string? Wrong) Read(string text, string written)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return (null, text.Length == 0 ? "The lead is empty." : $"The lead is longer than {MaxLength} characters.");
        }

        if (LeadWords.ToIso(text) is { } iso8601)
        {
            return Read(iso8601, written);
        }

        // ASCII only: the upper case of some other letters is ASCII (the long s, ſ, would be read as seconds).
        if (text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return (null, $"{Problem.Quote(written)} is not a lead.");
        }

        var upper = text.ToUpperInvariant();
        if (BusinessDaysForm().Match(upper) is { Success: true } business)
        {
            return ReadBusinessDays(upper, business, written);
        }

        return Iso().Match(upper) is { Success: true } iso
            ? ReadDuration(upper, iso, written)
            : (null, $"The lead {Problem.Quote(written)} {WhyNotReadable(upper)}.");
    }

    private static (Lead?, string?) ReadBusinessDays(string text, Match match, string written)
    {
        HolidayCalendar? calendar = match.Groups["calendar"].Value switch
        {
            "" or "/WEEKENDS" => HolidayCalendar.Weekends,
            "/US-FEDERAL" => HolidayCalendar.UsFederal,
            _ => null,
        };
        return (Number(match, "days"), calendar) switch
        {
            (_, null) => (
                null,
                $"The lead {Problem.Quote(written)} names an unknown calendar; there are weekends and us-federal."),
            (0, _) => (null, $"The lead {Problem.Quote(written)} counts no days; business-day leads begin at 1BD."),
            ( > MaxBusinessDays, _) => (
                null, $"The lead {Problem.Quote(written)} is too long; at most {MaxBusinessDays}BD are possible."),
            (var days, { } known) => (new BusinessDayLead(text, (int)days, known), null),
        };
    }

    private static (Lead?, string?) ReadDuration(string text, Match match, string written)
    {
        var hasTime = match.Groups["time"].Success;
        if (text[^1] is 'P' or 'T')
        {
            return (null, $"The lead {Problem.Quote(written)} has no number after its {text[^1]}.");
        }

        if (hasTime && (match.Groups["years"].Success || match.Groups["months"].Success))
        {
            return (
                null,
                $"The lead {Problem.Quote(written)} mixes years or months with hours, minutes or seconds, "
                    + "which have no fixed length together.");
        }

        var (years, months, weeks, days) = (
            Number(match, "years"), Number(match, "months"), Number(match, "weeks"), Number(match, "days"));
        if (years * 12 + months > MaxMonths)
        {
            return (
                null,
                $"The lead {Problem.Quote(written)} is too long; "
                    + $"years and months together are at most {MaxMonths} months.");
        }

        var seconds =
            (weeks * 7 + days) * 86_400
            + Number(match, "hours") * 3_600
            + Number(match, "minutes") * 60
            + Number(match, "seconds");
        if (seconds > MaxDays * 86_400L)
        {
            return (
                null,
                $"The lead {Problem.Quote(written)} is too long; "
                    + $"weeks, days and time together are at most {MaxDays} days.");
        }

        return hasTime
            ? (new ClockLead(text, Duration.FromSeconds(seconds)), null)
            : (
                new CalendarLead(
                    text,
                    new PeriodBuilder
                    {
                        Years = (int)years,
                        Months = (int)months,
                        Weeks = (int)weeks,
                        Days = (int)days,
                    }.Build()),
                null);
    }

    private static string WhyNotReadable(string text) => text switch
    {
        _ when SignedForm().IsMatch(text) => "has a sign; a lead has none and always counts back from the date",
        _ when FractionForm().IsMatch(text) =>
            "has a fraction; write whole numbers in a smaller unit (PT90M for one and a half hours)",
        _ when TimeWithoutT().IsMatch(text) => "has hours or seconds without a T before them",
        _ when ReversedForm().IsMatch(text) =>
            "has its units doubled, out of order or on the wrong side of the T; "
                + "the order is Y M W D, then T, then H M S",
        _ => "is neither an ISO 8601 duration nor business days",
    };

    /// <summary>
    /// The number in a group; 0 when absent, <see cref="TooMany"/> when it has more than nine digits.
    /// </summary>
    private static long Number(Match match, string group)
    {
        var digits = match.Groups[group].ValueSpan.TrimStart('0');
        return digits.Length > 9 ? TooMany
            : digits.IsEmpty ? 0
            : long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<days>[0-9]+)BD(?<calendar>/.*)?\z", RegexOptions.Singleline)]
    private static partial Regex BusinessDaysForm();

    [GeneratedRegex(
        @"^P((?<years>[0-9]+)Y)?((?<months>[0-9]+)M)?((?<weeks>[0-9]+)W)?((?<days>[0-9]+)D)?" +
        @"(?<time>T((?<hours>[0-9]+)H)?((?<minutes>[0-9]+)M)?((?<seconds>[0-9]+)S)?)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();

    [GeneratedRegex(@"^[-+]|^P.*[-+]")]
    private static partial Regex SignedForm();

    [GeneratedRegex(@"[.,][0-9]")]
    private static partial Regex FractionForm();

    [GeneratedRegex(@"^P[^T]*[0-9][HS]")]
    private static partial Regex TimeWithoutT();

    [GeneratedRegex(@"^P([0-9]+[YMWDHS]|T)+\z")]
    private static partial Regex ReversedForm();
}
