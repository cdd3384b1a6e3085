using System.Text;
using System.Text.Json;

namespace Alerts.Tests.Core;

/// <summary>Tests reading JSON that other programs wrote incorrectly.</summary>
public sealed class ForgivingJsonTests
{
    [Theory]
    [InlineData("""["\ud83d\ude00"]""", "😀")]
    [InlineData("""["full \ud83d"]""", "full \uFFFD")]
    [InlineData("""["\ude00 full"]""", "\uFFFD full")]
    [InlineData("""["\ud83d\ud83d\ude00"]""", "\uFFFD😀")]
    [InlineData("""["\ud83dx\ude00"]""", "\uFFFDx\uFFFD")]
    [InlineData("""["a \\ud83d"]""", "a \\ud83d")]
    [InlineData("""["\u00e9\u0041"]""", "éA")]
    [InlineData("""["tail \u12"]""", "tail \\u12")]
    [InlineData("""["c:\dir \' x"]""", "c:\\dir \\' x")]
    [InlineData("[\"two\nlines\tand\u0001\"]", "two lines and ")]
    [InlineData("\uFEFF [ \"mark\" , ] ", "mark")]
    [InlineData("[\"comment\" /* x */]", "comment")]
    [InlineData("[\"cut off\"", "cut off")]
    public void Every_text_is_read(string json, string text) => Assert.Equal(
        text, Only(Encoding.UTF8.GetBytes(json)).GetString());

    [Fact]
    public void Latin1_and_utf16_are_read()
    {
        Assert.Equal("Boîte pleine", Only(Encoding.Latin1.GetBytes("[\"Boîte pleine\"]")).GetString());
        Assert.Equal("Boîte 😀", Only(Encoding.Unicode.GetBytes("[\"Boîte 😀\"]")).GetString());
        var bigEndian = Encoding.BigEndianUnicode;
        Assert.Equal("Boîte 😀", Only([.. bigEndian.GetPreamble(), .. bigEndian.GetBytes("[\"Boîte 😀\"]")]).GetString());
    }

    [Fact]
    public void Latin1_in_one_element_leaves_utf8_in_another_as_it_is()
    {
        var read = ForgivingJson.ReadList([.. "[\"Bo"u8, 0xEE, .. "te\",\"Boîte\"]"u8], out _)!;

        Assert.Equal(["Boîte", "Boîte"], read.Select(one => one.GetString()));
    }

    [Theory]
    [InlineData("[1,{\"a\":},3]", "1 3", 1)]
    [InlineData("[1,{a:1},[2,{\"x\":\"],\"}],nonsense,4]", "1 [2,{\"x\":\"],\"}] 4", 2)]
    [InlineData("[,,1,]", "1", 0)]
    [InlineData("[1,{\"a\":\"", "1", 1)]
    [InlineData("[]", "", 0)]
    [InlineData("[1]]2", "1", 0)]
    [InlineData("[{\"a\":\"a \"quoted text\"},{\"b\":1},{\"c\":2}]", "{\"b\":1} {\"c\":2}", 1)]
    [InlineData("[{\"a\":1,{\"b\":1},{\"c\":2}]", "{\"b\":1} {\"c\":2}", 1)]
    [InlineData("[{\"a\":{\"x\":[1,2}},{\"b\":1},{\"c\":2}]", "{\"b\":1} {\"c\":2}", 1)]
    [InlineData("[{\"b\":1} {\"a\":0},{\"c\":2}]", "{\"b\":1} {\"a\":0} {\"c\":2}", 1)]
    [InlineData("[{\"a\":tru,\"b\":{\"c\":2}},{\"d\":\"}\"}]", "{\"c\":2} {\"d\":\"}\"}", 2)]
    [InlineData("[{\"a\":\"x\"y}\",\"b\":1},{\"c\":\"],{\"}]", "{\"c\":\"],{\"}", 1)]
    public void An_element_that_cannot_be_read_takes_no_other_with_it(string json, string expected, int unreadable)
    {
        var read = ForgivingJson.ReadList(Encoding.UTF8.GetBytes(json), out var left)!;

        Assert.Equal(expected, string.Join(' ', read.Select(one => one.GetRawText())));
        Assert.Equal(unreadable, left);
    }

    [Fact]
    public async Task Many_broken_elements_are_passed_in_bounded_time()
    {
        const string Broken = """{"a":"a "quoted text"},{"x":{"y":1},{"z":[1},""";
        var bytes = Encoding.UTF8.GetBytes($"[{string.Concat(Enumerable.Repeat(Broken, 500))}{{\"b\":1}}]");

        var read = await Task.Run(() => ForgivingJson.ReadList(bytes, out _), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal("{\"b\":1}", read![^1].GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"[]\"")]
    public void What_is_no_list_is_none(string json) => Assert.Null(
        ForgivingJson.ReadList(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void A_value_nested_deeper_than_anything_real_is_unreadable()
    {
        var deep = new string('[', 5000) + new string(']', 5000);

        Assert.Single(ForgivingJson.ReadList(Encoding.UTF8.GetBytes($"[{deep},1]"), out var unreadable)!);
        Assert.Equal(1, unreadable);
    }

    private static JsonElement Only(byte[] bytes) => Assert.Single(ForgivingJson.ReadList(bytes, out _)!);
}
