using System.Text.Json;
using Alerts.Dates;

namespace Alerts.Sources;

/// <summary>Reads the JSON of sources in requests and in files, and words of responses.</summary>
internal static class SourceJson
{
    /// <summary>The words of <see cref="SourceType"/>, in its order.</summary>
    public static readonly string[] Types = ["icalendar", "federalRegister"];

    /// <summary>Members that responses add, which are ignored so that a response can be sent back.</summary>
    public static readonly string[] Ignored =
        ["id", "status", "addedAt", "checkedAt", "nextAt", "failures", "failingSince", "error", "warnings"];

    /// <summary>The types of documents that a query of the register can be limited to.</summary>
    public static readonly IReadOnlyList<string> DocumentTypes = ["RULE", "PRORULE", "NOTICE", "PRESDOCU"];
    private static readonly Duration Shortest = Duration.FromMinutes(5);
    private static readonly Duration Longest = Duration.FromDays(7);

    private const int LongestUrl = 2048;
    private const int LongestTerm = 500;
    private const int MaxAgencies = 20;

    /// <summary>Reads a source; returns null and adds problems when something is wrong.</summary>
    public static Source? Read(JsonElement body, string id, List<Problem> problems)
    {
        if (JsonObjectReader.Of(body, "", problems) is not { } fields)
        {
            return null;
        }

        if (!Slug.IsOne(id) || id.Length > Source.LongestId)
        {
            fields.Refuse("id", $"{Problem.Quote(id)} is not the id of a source; "
                + $"write 1 to {Source.LongestId} of the characters a-z, 0-9 and -.");
        }

        var type = Type(fields);
        var isCalendar = type != Types[1];
        var apply = EnumWords.Read(
            fields, "apply", ApplyMode.Review, "known here", string.Join(" or ", EnumWords.All<ApplyMode>()));
        var url = fields.Text("url");
        CheckUrl(fields, url, isCalendar, apply);
        var query = ReadQuery(fields, isCalendar);
        var source = new Source
        {
            Id = id,
            Type = isCalendar ? SourceType.ICalendar : SourceType.FederalRegister,
            Url = url,
            Query = isCalendar ? null : query,
            Every = Every(fields),
            Topics = [.. SlugList.Read(fields, "topics").Select(topic => topic.Text)],
            TimeZone = MomentJson.ReadZone(fields),
            Apply = apply,
            Enabled = IsEnabled(fields),
        };
        fields.Ignore(Ignored);
        fields.RefuseOthers();
        return problems.Count == 0 ? source : null;
    }

    public static string Word(SourceType type) => Types[(int)type];

    private static void CheckUrl(JsonObjectReader fields, string? url, bool isCalendar, ApplyMode apply)
    {
        if (!isCalendar)
        {
            if (url is not null)
            {
                fields.Refuse("url", "A source of the register has a query and no url; leave the url out.");
            }

            return;
        }

        if (url is null)
        {
            fields.Refuse("url",
                "'url' is missing; write the address of the calendar, such as https://example.org/calendar.ics.");
        }
        else if (PlainText.Length(url) > LongestUrl || url.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            || !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address is not { Scheme: "http" or "https" or "webcal", Host.Length: > 0, Port: not 0 })
        {
            fields.Refuse("url",
                $"{Problem.Quote(url)} is not the address of a calendar; write an absolute http, https or webcal URL.");
        }
        else if (address.UserInfo.Length > 0)
        {
            fields.Refuse("url", "The url holds a user name or password; write it without.");
        }
        else if (apply == ApplyMode.Auto && address.Scheme != Uri.UriSchemeHttps)
        {
            fields.Refuse("apply", "'auto' is for https only; write an https url, or 'review'.");
        }
    }

    private static RegisterQuery? ReadQuery(JsonObjectReader fields, bool isCalendar)
    {
        if (isCalendar)
        {
            if (fields.Value("query") is not null)
            {
                fields.Refuse("query", "A calendar has a url and no query; leave the query out.");
            }

            return null;
        }

        const string Advice = "what to ask the register for, such as {\"term\": \"section 301\"}";
        if (fields.RequiredObject("query", Advice) is not { } query)
        {
            return null;
        }

        var term = query.Text("term");
        if (term is not null
            && (string.IsNullOrWhiteSpace(term) || PlainText.Length(term) > LongestTerm
                || term.Any(PlainText.IsControl)))
        {
            query.Refuse("term",
                $"The term is blank or too long; write 1 to {LongestTerm} characters on one line.");
        }

        var agencies = SlugList.Read(query, "agencies", MaxAgencies).Select(agency => agency.Text).ToList();
        var types = Words(query, "types", DocumentTypes);
        var dates = Words(query, "dates", RegisterField.All);
        query.RefuseOthers();
        return new RegisterQuery
        {
            Term = term,
            Agencies = agencies,
            Types = types,
            Dates = dates.Count == 0 ? RegisterField.All : dates,
        };
    }

    private static Duration Every(JsonObjectReader fields)
    {
        var otherwise = new Source { Id = "", Type = SourceType.ICalendar }.Every;
        if (fields.Text("every") is not { } text)
        {
            return otherwise;
        }

        if (TimeText.Span(text, Shortest, Longest) is { } every)
        {
            return Duration.FromSeconds(Math.Floor(every.TotalSeconds));
        }

        fields.Refuse("every",
            $"{Problem.Quote(text)} is not an interval; write an ISO 8601 duration from PT5M to P7D.");
        return otherwise;
    }

    private static string? Type(JsonObjectReader fields)
    {
        var advice = string.Join(" or ", Types);
        var text = fields.RequiredText("type", advice);
        if (text is not null && !Types.Contains(text))
        {
            fields.Refuse("type", $"{Problem.Quote(text)} is not known here; write {advice}.");
        }

        return text;
    }

    private static List<string> Words(JsonObjectReader fields, string name, IReadOnlyList<string> known)
    {
        var given = fields.Texts(name);
        foreach (var (text, pointer) in given.Where(one => !known.Contains(one.Text)))
        {
            fields.RefuseAt(pointer, $"{Problem.Quote(text)} is not known here; write {string.Join(", ", known)}.");
        }

        return [.. given.Select(one => one.Text).Distinct()];
    }

    private static bool IsEnabled(JsonObjectReader fields)
    {
        var value = fields.Value("enabled");
        if (value is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) } other)
        {
            fields.Refuse("enabled", $"'enabled' is {JsonParsing.Kind(other)}; write true or false.");
        }

        return value is null or { ValueKind: JsonValueKind.True };
    }
}
