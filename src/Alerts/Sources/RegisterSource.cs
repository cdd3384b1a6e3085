using System.Globalization;
using System.Text.Json;
using NodaTime.Text;

namespace Alerts.Sources;

/// <summary>Reads documents of the Federal Register (API v1, <c>documents.json</c>) as the dates of a source.</summary>
internal static class RegisterSource
{
    /// <summary>
    /// Documents per page. Even with abstracts, a page stays far below the largest response allowed (5 MB).
    /// </summary>
    private const int PageSize = 200;

    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["America/New_York"];

    private static readonly string[] Fields =
        ["document_number", "title", "abstract", "html_url", "publication_date", "effective_on", "comments_close_on"];

    /// <summary>Returns the address of the first page of the query for one date field.</summary>
    /// <param name="now">The current time; the query excludes dates before today in US Eastern Time.</param>
    public static Uri FirstPage(Uri documents, RegisterQuery query, string field, Instant now)
    {
        var condition = field == RegisterField.EffectiveOn ? "effective_date" : "comment_date";
        var today = TimeText.Write(now.InZone(Zone).Date);
        var parameters = new List<(string Name, string Value)>();
        if (query.Term is { } term)
        {
            parameters.Add(("conditions[term]", term));
        }

        parameters.AddRange(query.Agencies.Select(agency => ("conditions[agencies][]", agency)));
        parameters.AddRange(query.Types.Select(type => ("conditions[type][]", type)));
        parameters.Add(($"conditions[{condition}][gte]", today));
        parameters.AddRange(Fields.Select(name => ("fields[]", name)));
        parameters.Add(("per_page", PageSize.ToString(CultureInfo.InvariantCulture)));
        parameters.Add(("order", "newest"));
        var text = string.Join('&', parameters.Select(one =>
            $"{Uri.EscapeDataString(one.Name)}={Uri.EscapeDataString(one.Value)}"));
        return new UriBuilder(documents) { Query = text }.Uri;
    }

    /// <summary>Parses one page of a response.</summary>
    /// <param name="page">The page's address.</param>
    /// <param name="number">The page's number, from 1.</param>
    /// <exception cref="SourceException">The body is not a response of the register.</exception>
    public static RegisterPage Read(ReadOnlyMemory<byte> body, Uri page, int number)
    {
        var problems = new List<Problem>();
        using var json = JsonParsing.Parse(body, problems);
        if (json is null || json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new SourceException("the answer is no JSON object of the register");
        }

        var root = json.RootElement;
        var results = root.TryGetProperty("results", out var found) && found.ValueKind == JsonValueKind.Array
            ? found.EnumerateArray().ToList()
            : Number(root, "count") == 0 ? []
            : throw new SourceException("the answer of the register has no list of results");
        if (results.Count == 0 && Number(root, "count") > 0 && (number == 1 || number <= Number(root, "total_pages")))
        {
            throw new SourceException("the answer of the register counts documents but lists none");
        }

        return new RegisterPage([.. results.Select(Document)], Next(root, page, number));
    }

    /// <summary>Converts documents into dates, for the fields that the query asks for.</summary>
    public static Reading Dates(Source source, IReadOnlyList<RegisterDocument> documents, Instant now)
    {
        var today = now.InZone(Zone).Date;
        var warnings = new List<string>();
        var unreadable = new HashSet<string>();
        var dates = new Dictionary<string, (SourceDate Date, RegisterDocument Of)>();
        var fields = source.Query?.Dates ?? RegisterField.All;
        foreach (var document in documents)
        {
            if (document.Number is not { Length: > 0 } number)
            {
                warnings.Add("A document without document_number was left out.");
                continue;
            }

            foreach (var field in fields)
            {
                var id = SourceIds.OfDocument(source.Id, number, field == RegisterField.EffectiveOn ? "effective"
                    : "comments");
                if (document.On(field) is not { Length: > 0 } text)
                {
                    continue;
                }

                if (LocalDatePattern.Iso.Parse(text) is not { Success: true, Value: var on } || !TimeText.IsInRange(on))
                {
                    warnings.Add(
                        $"Document {Problem.Quote(number)}: its {field} is no date, {Problem.Quote(text)}; "
                        + "it was skipped.");
                    unreadable.Add(id);
                }
                else if (on < today)
                {
                    continue; // found by the query for the other field
                }
                else if (string.IsNullOrWhiteSpace(document.Title))
                {
                    warnings.Add($"Document {Problem.Quote(number)}: has no title; it was skipped.");
                    unreadable.Add(id);
                }
                else if (!dates.TryGetValue(id, out var other))
                {
                    dates.Add(id, (Date(id, number, document, field, on), document));
                }
                else if (!other.Of.IsSameAs(document))
                {
                    // Before 2016 document numbers were reused; take the document published last.
                    var isNewer = string.CompareOrdinal(document.PublishedOn, other.Of.PublishedOn) > 0;
                    dates[id] = isNewer ? (Date(id, number, document, field, on), document) : other;
                    warnings.Add($"Document {Problem.Quote(number)}: several documents have this number; "
                        + "the one published last was taken.");
                }
            }
        }

        return new Reading
        {
            Dates = [.. dates.Values.Select(one => one.Date)],
            Unreadable = unreadable,
            Warnings = [.. warnings.Distinct()],
        };
    }

    private static SourceDate Date(string id, string number, RegisterDocument document, string field, LocalDate on)
    {
        var title = PlainText.Blank(document.Title ?? "", PlainText.IsControl).Trim();
        var prefix = field == RegisterField.EffectiveOn ? "Takes effect: " : "Comments close: ";
        var summary = PlainText.Cut(
            PlainText.Blank(document.Abstract ?? "", PlainText.IsControlInParagraphs), PlainText.LongestSummary);
        var link = document.Link?.Trim() ?? "";
        return new SourceDate
        {
            Id = id,
            Name = $"Document {Problem.Quote(number)}",
            Title = PlainText.Cut(prefix + title, PlainText.LongestTitle).TrimEnd(),
            Summary = string.IsNullOrWhiteSpace(summary) ? null : summary,
            When = new Moment(on, null, Zone),
            Link = PlainText.IsWebAddress(link) && PlainText.Length(link) <= PlainText.LongestSource ? link : null,
            IsWhole = true,
        };
    }

    private static RegisterDocument Document(JsonElement element) => new()
    {
        Number = element.Text("document_number"),
        Title = element.Text("title"),
        Abstract = element.Text("abstract"),
        Link = element.Text("html_url"),
        PublishedOn = element.Text("publication_date"),
        EffectiveOn = Date(element, RegisterField.EffectiveOn),
        CommentsCloseOn = Date(element, RegisterField.CommentsCloseOn),
    };

    /// <summary>
    /// Returns the next page: the address in the response when it is another page with the same scheme, host and port;
    /// otherwise one built from the page number.
    /// </summary>
    private static Uri? Next(JsonElement root, Uri page, int number)
    {
        if (root.Text("next_page_url") is { } text && Uri.TryCreate(page, text, out var next) && next != page
            && next.GetLeftPart(UriPartial.Authority) == page.GetLeftPart(UriPartial.Authority))
        {
            return next;
        }

        if (Number(root, "total_pages") is not { } pages || number >= pages)
        {
            return null;
        }

        var query = string.Join('&', page.Query.TrimStart('?').Split('&').Where(part =>
            !part.StartsWith("page=", StringComparison.Ordinal)));
        return new UriBuilder(page) { Query = $"{query}&page={number + 1}" }.Uri;
    }

    /// <summary>Returns the text of a date; JSON when it is no string, so that it is named as unreadable.</summary>
    private static string? Date(JsonElement element, string name) =>
        element.Text(name) is { } text ? text
        : element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value.GetRawText() : null;

    /// <summary>Returns an integer, also when it is written as a string; otherwise null.</summary>
    private static long? Number(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : long.TryParse(element.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var written)
            ? written : null;
}

/// <summary>One page of a response of the register.</summary>
/// <param name="Next">The address of the next page; null on the last page.</param>
internal sealed record RegisterPage(IReadOnlyList<RegisterDocument> Documents, Uri? Next);

/// <summary>
/// A document as the register returns it. Properties that are absent or null in the response are null.
/// </summary>
internal sealed record RegisterDocument
{
    public string? Number { get; init; }

    public string? Title { get; init; }

    public string? Abstract { get; init; }

    public string? Link { get; init; }

    public string? PublishedOn { get; init; }

    public string? EffectiveOn { get; init; }

    public string? CommentsCloseOn { get; init; }

    public string? On(string field) => field == RegisterField.EffectiveOn ? EffectiveOn : CommentsCloseOn;

    /// <summary>Whether both are the same document: the queries for both fields may return it.</summary>
    public bool IsSameAs(RegisterDocument other) => Link == other.Link && PublishedOn == other.PublishedOn;
}
