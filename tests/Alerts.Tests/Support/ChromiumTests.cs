using Xunit.Sdk;

namespace Alerts.Tests.Support;

/// <summary>The page checks find the problems they are made for.</summary>
[Collection(nameof(Chromium))]
public sealed class ChromiumTests(Chromium chromium)
{
    private const string Right = "<main><h1>Dates</h1><p>Text</p></main>";
    private const string Pale = "<p style='color: #ccc; background: #fff'>Pale</p>";
    private const string PaleAtNight = "<style>@media (prefers-color-scheme: dark) { p { color: #ccc } }</style>";

    [Theory]
    [InlineData("<main><h1>Dates</h1>" + Pale + "</main>", "color-contrast")]
    [InlineData(Right + PaleAtNight, "color-contrast")]
    [InlineData("<main><h1>Dates</h1><iframe title='Mail' srcdoc=\"" + Pale + "\"></iframe></main>", "color-contrast")]
    [InlineData("<main><h1>Dates</h1><iframe title='Mail' sandbox srcdoc='Text'></iframe></main>", "cannot look into")]
    [InlineData("<main><h1>Dates</h1><iframe title='Mail' hidden srcdoc='Text'></iframe></main>", "cannot look into")]
    [InlineData("<main><h1>Dates</h1><input></main>", "label")]
    [InlineData(Right + "<p>Outside</p>", "region")]
    [InlineData("<main><h1>Dates</h1><p style='width: 400px'>Wide</p></main>", "is wider than the window")]
    public async Task A_fault_of_a_page_is_found(string body, string fault)
    {
        await using var visitor = await OpenAsync(body);

        var found = await Assert.ThrowsAnyAsync<XunitException>(() => visitor.LookAtAsync("fault"));

        Assert.Contains(fault, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_without_faults_passes()
    {
        await using var visitor = await OpenAsync(Right);

        await visitor.LookAtAsync("right");
    }

    private async Task<Visitor> OpenAsync(string body)
    {
        var visitor = await chromium.OpenAsync(new Uri("http://127.0.0.1"));
        await visitor.Page.SetContentAsync(
            "<!doctype html><html lang='en'><head><title>Dates</title>" +
            $"<meta name='viewport' content='width=device-width'></head><body>{body}</body></html>");
        return visitor;
    }
}
