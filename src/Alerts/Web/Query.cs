using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using NodaTime.Text;

namespace Alerts.Web;

/// <summary>Reads the parameters of a query and collects their problems. An empty value means absent.</summary>
internal sealed class Query
{
    private const int UsualLimit = 50;
    private const int HighestLimit = 200;

    private readonly List<Problem> problems = [];

    public IReadOnlyList<Problem> Problems => problems;

    private string? Text(StringValues values, string name)
    {
        if (values.Count > 1)
        {
            Refuse(name, "It is there twice; write it once.");
        }

        return values.Count == 1 && values[0] is { Length: > 0 } text ? text : null;
    }

    /// <param name="name">The name of the parameter, which is that of the argument.</param>
    public LocalDate? Day(StringValues day, [CallerArgumentExpression(nameof(day))] string name = "") =>
        Read<LocalDate>(
            day,
            name,
            text => LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var found } && TimeText.IsInRange(found)
                ? found : null,
            TimeText.NotADay);

    public string? Topic(StringValues topic)
    {
        var text = Text(topic, nameof(topic));
        if (text is not null && !Slug.IsOne(text))
        {
            Refuse(nameof(topic), $"{Problem.Quote(text)} is not a topic; write {Slug.Form}.");
        }

        return text;
    }

    public DateStatus? Status(StringValues status) => OneOf<DateStatus>(status, nameof(status));

    public DeliveryState? State(StringValues state) => OneOf<DeliveryState>(state, nameof(state));

    public AlertKind? Kind(StringValues kind) => OneOf<AlertKind>(kind, nameof(kind));

    /// <summary>True or false; false when absent. An empty value is refused, because it may mean either.</summary>
    /// <param name="name">The name of the parameter, which is that of the argument.</param>
    public bool Flag(StringValues flag, [CallerArgumentExpression(nameof(flag))] string name = "")
    {
        var before = problems.Count;
        var text = flag.Count > 0 ? Text(flag, name) ?? "" : null;
        if (problems.Count == before && text is not (null or "true" or "false"))
        {
            Refuse(name, $"{Problem.Quote(text)} is neither true nor false; write one of them.");
        }

        return text == "true";
    }

    /// <summary>Maximum number of items on the page: 1 to 200, default 50.</summary>
    public int Limit(StringValues limit) => Read<int>(
        limit,
        nameof(limit),
        text => int.TryParse(text, NumberStyles.None, null, out var number) && number is >= 1 and <= HighestLimit
            ? number : null,
        text => FormattableString.Invariant(
            $"{Problem.Quote(text)} is not a limit; write a number from 1 to {HighestLimit}.")) ?? UsualLimit;

    /// <summary>
    /// The position where the page begins, encoded by <see cref="Cursor"/> and parsed by <paramref name="read"/>;
    /// null for the first page.
    /// </summary>
    public T? Cursor<T>(StringValues cursor, Func<string, T?> read)
    {
        if (Text(cursor, nameof(cursor)) is not { } text)
        {
            return default;
        }

        if (Base64Url.IsValid(text) && read(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is { } position)
        {
            return position;
        }

        Refuse(nameof(cursor), "This is not a cursor; send the one of the page before as it was, or none.");
        return default;
    }

    /// <summary>Encodes a position as an opaque cursor.</summary>
    public static string Cursor(string position) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(position));

    private T? OneOf<T>(StringValues given, string name)
        where T : struct, Enum
    {
        var words = EnumWords.All<T>().ToList();
        return Read(given, name, EnumWords.Find<T>, text =>
            $"{Problem.Quote(text)} is not a {name}; write {string.Join(", ", words.SkipLast(1))} or {words[^1]}.");
    }

    private T? Read<T>(StringValues given, string name, Func<string, T?> read, Func<string, string> wrong)
        where T : struct
    {
        if (Text(given, name) is not { } text)
        {
            return null;
        }

        if (read(text) is { } value)
        {
            return value;
        }

        Refuse(name, wrong(text));
        return null;
    }

    private void Refuse(string name, string detail) => problems.Add(new Problem("/" + name, detail));
}

/// <summary>
/// Rejects query parameters that a route of the API does not have, because a misspelt filter would silently return
/// everything. Pages, feeds and calendars ignore unknown parameters, since other programs add their own to links.
/// </summary>
internal static class QueryParameters
{
    public static void UseKnownQueryParameters(this IApplicationBuilder app) =>
        app.Use((context, next) => Unknown(context) is { Count: > 0 } problems
            ? Problems.BadRequest(problems).ExecuteAsync(context) : next(context));

    /// <summary>Whether unknown parameters of a route are rejected.</summary>
    public static bool AreChecked(string path) => path.TrimStart('/').StartsWith("api/", StringComparison.Ordinal);

    private static List<Problem> Unknown(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || !AreChecked(context.Request.Path.Value ?? "")
            || context.GetEndpoint() is not RouteEndpoint route) // another one answers 405
        {
            return [];
        }

        var known = KnownTo(route);
        var advice = known.Count == 0 ? "this route has no parameters" : $"write {string.Join(", ", known)}";
        return
        [
            .. context.Request.Query.Keys.Except(known, StringComparer.OrdinalIgnoreCase)
                .Select(name => new Problem("/" + name, $"{Problem.Quote(name)} is not a parameter here; {advice}.")),
        ];
    }

    /// <summary>The parameters of the route's handler that are marked as those of a query.</summary>
    private static List<string> KnownTo(RouteEndpoint route) =>
    [
        .. from parameter in route.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
           let query = parameter.ParameterInfo.GetCustomAttribute<FromQueryAttribute>()
           where query is not null
           select query.Name ?? parameter.Name,
    ];
}
