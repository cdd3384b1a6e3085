using System.Text;
using Alerts.Sources;
using NodaTime.Text;

namespace Alerts.Tests.Sources;

/// <summary>Reads answers of the Federal Register as the dates of a source.</summary>
public sealed class RegisterSourceTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);
    private static readonly Uri Documents = new("https://www.federalregister.gov/api/v1/documents.json");

    [Fact]
    public void The_query_names_what_is_asked_for()
    {
        var query = new RegisterQuery { Term = "section 301", Agencies = ["trade-x"], Types = ["RULE", "NOTICE"] };
        var url = Uri.UnescapeDataString(RegisterSource.FirstPage(Documents, query, "effective_on", Now).Query);
        Assert.Contains(
            "conditions[term]=section 301&conditions[agencies][]=trade-x"
            + "&conditions[type][]=RULE&conditions[type][]=NOTICE"
            + "&conditions[effective_date][gte]=2026-03-01", url, StringComparison.Ordinal);
        Assert.Contains("conditions[comment_date][gte]=2026-03-01",
            Uri.UnescapeDataString(RegisterSource.FirstPage(Documents, query, "comments_close_on", Now).Query),
                StringComparison.Ordinal);
    }

    [Fact]
    public void Both_fields_become_dates_of_their_own()
    {
        var dates = Read(
            """
            {"document_number":"2026-O1234","title":"T","abstract":"About","html_url":"https://example.org/d",
             "publication_date":"2026-02-01","effective_on":"2026-04-01","comments_close_on":"2026-03-20"}
            """).Dates;
        Assert.Equal(
            ["s-2026-o1234-effective 2026-04-01 Takes effect: T", "s-2026-o1234-comments 2026-03-20 Comments close: T"],
            dates.Select(date => $"{date.Id} {LocalDatePattern.Iso.Format(date.When!.On)} {date.Title}"));
        Assert.All(dates, date => Assert.Equal(("About", "https://example.org/d", "America/New_York", true),
            (date.Summary, date.Link, date.When!.Zone.Id, date.When.IsAllDay)));
    }

    [Fact]
    public void Absent_null_and_past_dates_are_no_dates() => Assert.Empty(Read(
        """{"document_number":"a","title":"T"}""",
        """{"document_number":"b","title":"T","effective_on":null,"comments_close_on":null}""",
        """{"document_number":"c","title":"T","effective_on":"2026-02-28"}""").Dates);

    [Fact]
    public void A_bad_document_is_named_and_the_others_are_read()
    {
        var reading = Read(
            """{"document_number":"a","title":"T","effective_on":"soon"}""",
            """{"title":"T","effective_on":"2026-04-01"}""",
            """{"document_number":"c","title":null,"effective_on":"2026-04-01"}""",
            "17",
            """{"document_number":"d","title":"T","effective_on":"2026-04-01"}""");
        Assert.Equal("s-d-effective", Assert.Single(reading.Dates).Id);
        Assert.Equal(3, reading.Warnings.Count);
        Assert.Equal(["s-a-effective", "s-c-effective"], reading.Unreadable.Order());
    }

    [Fact]
    public void Of_a_number_used_twice_the_document_published_last_is_taken()
    {
        var reading = Read(
            """
            {"document_number":"a","title":"Old","html_url":"https://example.org/1","publication_date":"2015-01-01",
             "effective_on":"2026-04-01"}
            """,
            """
            {"document_number":"a","title":"New","html_url":"https://example.org/2","publication_date":"2026-01-01",
             "effective_on":"2026-05-01"}
            """);
        Assert.Equal("Takes effect: New", Assert.Single(reading.Dates).Title);
        Assert.Contains("several documents", Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_title_is_cut_at_200_characters() => Assert.Equal(
        200,
        Assert.Single(
                Read(
                    $$"""{"document_number":"a","title":"{{new string('t', 400)}}","effective_on":"2026-04-01"}"""
                ).Dates)
            .Title!.Length);

    [Fact]
    public void The_next_page_is_followed_at_the_same_place_only()
    {
        var page = RegisterSource.FirstPage(Documents, new RegisterQuery(), "effective_on", Now);
        Uri? Next(string json, int number = 1) => RegisterSource.Read(Encoding.UTF8.GetBytes(json), page, number).Next;
        Assert.Equal(
            "https://www.federalregister.gov/api/v1/next",
            Next("""{"results":[],"next_page_url":"https://www.federalregister.gov/api/v1/next"}""")!.AbsoluteUri);
        Assert.EndsWith(
            "&page=2",
            Next("""{"results":[],"total_pages":2,"next_page_url":"https://evil.example/next"}""")!.AbsoluteUri,
            StringComparison.Ordinal);
        Assert.EndsWith("&page=2", Next("""{"results":[],"total_pages":2}""")!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Null(Next("""{"results":[],"total_pages":2}""", number: 2));
        Assert.Null(Next("""{"count":0}"""));
        Assert.EndsWith("&page=2", Next("""{"results":[],"total_pages":"2"}""")!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_next_page_without_an_address_or_at_the_same_one_ends_the_pages()
    {
        var page = RegisterSource.FirstPage(Documents, new RegisterQuery(), "effective_on", Now);
        Uri? Next(string next, string more = "") => RegisterSource.Read(
            Encoding.UTF8.GetBytes($$"""{"results":[],"next_page_url":"{{next}}"{{more}}}"""), page, 1).Next;
        Assert.Null(Next(""));
        Assert.Null(Next(" "));
        Assert.Null(Next(page.AbsoluteUri));
        Assert.EndsWith("&page=2", Next("", """,  "total_pages":2""")!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_that_is_no_text_is_named_and_does_not_count_as_absent()
    {
        var reading = Read("""{"document_number":"a","title":"T","effective_on":["2026-04-01"]}""",
            """{"document_number":"b","title":"T","effective_on":20260401,"comments_close_on":"2026-04-02"}""");
        Assert.Equal("s-b-comments", Assert.Single(reading.Dates).Id);
        Assert.Equal(["s-a-effective", "s-b-effective"], reading.Unreadable.Order());
        Assert.All(reading.Warnings, warning => Assert.Contains("effective_on", warning, StringComparison.Ordinal));
        Assert.Equal(2, reading.Warnings.Count);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"count\":3}")]
    [InlineData("{\"count\":7,\"results\":[]}")]
    [InlineData("{\"count\":\"7\",\"total_pages\":0,\"results\":[]}")]
    [InlineData("{\"results\":[{\"document_number\":")]
    public void What_is_no_answer_is_refused(string text) => Assert.Throws<SourceException>(() =>
        RegisterSource.Read(Encoding.UTF8.GetBytes(text), Documents, 1));

    private static Reading Read(params IEnumerable<string> documents)
    {
        var body = $$"""{"results":[{{string.Join(',', documents)}}]}""";
        var page = RegisterSource.Read(Encoding.UTF8.GetBytes(body), Documents, 1);
        var source = new Source { Id = "s", Type = SourceType.FederalRegister, Query = new RegisterQuery() };
        return RegisterSource.Dates(source, page.Documents, Now);
    }
}
