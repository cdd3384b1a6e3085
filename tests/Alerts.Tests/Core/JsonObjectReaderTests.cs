using System.Text;
using System.Text.Json;

namespace Alerts.Tests.Core;

/// <summary>Tests what the JSON object reader accepts and rejects.</summary>
public sealed class JsonObjectReaderTests
{
    private const string Deep = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";

    [Theory]
    [InlineData("{", "line 1, column 2")]
    [InlineData("{\"a\": 1,\n  oops}", "line 2, column 3")]
    [InlineData("{} {}", "line 1, column 4")]
    [InlineData("[1,]", "there is a comma after the last item")]
    [InlineData(Deep, "more than 64 levels")]
    [InlineData("", "nothing here")]
    [InlineData(" \n", "nothing here")]
    public void Malformed_json_is_one_problem_that_says_where(string body, string says)
    {
        var problems = new List<Problem>();
        Assert.Null(JsonParsing.Parse(Encoding.UTF8.GetBytes(body), problems));
        var problem = Assert.Single(problems);
        Assert.Equal("", problem.Pointer);
        Assert.Contains(says, problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePosition", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var problems = new List<Problem>();
        Assert.Null(JsonParsing.Parse(new byte[] { (byte)'{', (byte)'"', 0xE9, (byte)'"', (byte)'}' }, problems));
        Assert.Contains("UTF-8", Assert.Single(problems).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm()
    {
        var problems = new List<Problem>();
        using var document = JsonParsing.Parse(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}' }, problems);
        Assert.NotNull(document);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("""{"text": 1}""", "/text")]
    [InlineData("""{"text": "\ud800"}""", "/text")]
    [InlineData("""{"text": "a", "text": "b"}""", "/text")]
    [InlineData("""{"other": null}""", "/other")]
    [InlineData("""{"a/b~c": 1}""", "/a~1b~0c")]
    [InlineData("""{"\ud800": 1}""", "")]
    [InlineData("""{"list": "a"}""", "/list")]
    [InlineData("""{"list": ["a", null]}""", "/list/1")]
    [InlineData("""{"object": []}""", "/object")]
    [InlineData("""[]""", "")]
    [InlineData("""null""", "")]
    public void What_is_wrong_is_named_by_its_pointer(string body, string place)
    {
        var problems = Read(body);
        Assert.Equal(place, Assert.Single(problems).Pointer);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"text": null, "list": null, "object": null, "ignored": {"x": 1}}""")]
    [InlineData("""{"text": "a", "list": [], "object": {}}""")]
    public void Null_means_absent_and_what_is_ignored_may_be_anything(string body) => Assert.Empty(Read(body));

    [Fact]
    public void A_hostile_body_does_not_make_a_huge_answer()
    {
        var members = string.Join(
            ',', Enumerable.Range(0, 10_000).Select(n => FormattableString.Invariant($"\"m{n}\":1")));
        var numbers = string.Join(',', Enumerable.Repeat("1", 10_000));
        Assert.InRange(Read($"{{{members},\"list\":[{numbers}]}}").Count, 2, 50);
    }

    [Fact]
    public void Foreign_text_is_quoted_short_and_without_control_characters() =>
        Assert.Equal("'a?b" + new string('x', 57) + "…'", Problem.Quote("a\u0007b" + new string('x', 100)));

    private static List<Problem> Read(string body)
    {
        var problems = new List<Problem>();
        using var document = JsonDocument.Parse(body);
        if (JsonObjectReader.Of(document.RootElement, "", problems) is { } fields)
        {
            fields.Text("text");
            fields.Texts("list");
            fields.Object("object")?.RefuseOthers();
            fields.Ignore("ignored");
            fields.RefuseOthers();
        }

        return problems;
    }
}
