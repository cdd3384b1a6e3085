using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Xunit;

namespace Alerts.Tests.Support;

/// <summary>One real Chromium for all facts about pages; each opens a context of its own, as a fresh visitor.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Install = "apt-get install -y --no-install-recommends chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    /// <summary>In milliseconds: far more than a page needs on a slow, busy machine; only a hang reaches it.</summary>
    internal const float Patience = 60_000;

    private IPlaywright? playwright;
    private IBrowser? browser;

    public ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        return ValueTask.CompletedTask;
    }

    /// <summary>A fresh visitor in Berlin.</summary>
    internal async Task<Visitor> OpenAsync(Uri service, int width = 1440, bool hasScript = true)
    {
        var path = RealPart.Require("chromium", Install);
        playwright ??= await Playwright.CreateAsync();
        browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments });
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = service.AbsoluteUri,
            ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 900 },
            JavaScriptEnabled = hasScript,
            ReducedMotion = ReducedMotion.Reduce, // a colour half way to another has no contrast worth judging
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
        });
        context.SetDefaultTimeout(Patience);
        return new Visitor(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}

/// <summary>The facts that share a Chromium; one after the other, since each is a browser's worth of work.</summary>
[CollectionDefinition(nameof(Chromium))]
public sealed class ChromiumFacts : ICollectionFixture<Chromium>;

/// <summary>Somebody with a browser; notes what the browser complains of.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    // Deque's package for Playwright opens a page for each run and sends axe there too: 3 seconds instead of 0.3.
    private const string AxeFrames =
        """
        () => axe.utils.getFrameContexts(document)
          .map(one => ({ selector: one.frameSelector, context: JSON.stringify(one.frameContext) }))
        """;

    private const string AxePart =
        """
        async ({ context, rules }) => JSON.stringify(await axe.runPartial(
          JSON.parse(context), { resultTypes: ['violations'], ...(rules.length && { runOnly: rules }) }))
        """;

    // Only violations are reported in full: the details of what passes take time.
    private const string AxeRun =
        """
        async ({ parts, rules }) => {
          const options = { resultTypes: ['violations'], ...(rules.length && { runOnly: rules }) };
          const first = await axe.runPartial(document, options);
          const found = await axe.finishRun([first, ...parts.map(JSON.parse)], options);
          return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${one.help}: ${node.html}`));
        }
        """;

    private const string IsWithoutScripts =
        "one => one.hasAttribute('sandbox') && !one.sandbox.contains('allow-scripts')";

    private static readonly string Axe = $"() => {{{new BundledAxeScriptProvider().GetScript()}}}";

    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    public Visitor(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, line) =>
        {
            // A refused form is answered with 400, which Chromium logs too.
            if (
                line.Type == "error"
                && !line.Text.Contains("the server responded with a status of 4", StringComparison.Ordinal))
            {
                complaints.Add(line.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts and of the content security policy.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public Task<string> TextAsync() => Page.InnerTextAsync("main");

    /// <summary>Fails unless all of these words stand on the page.</summary>
    public async Task ReadsAsync(params IEnumerable<string> words)
    {
        var text = await TextAsync();
        Assert.All(words, one => Assert.Contains(one, text, StringComparison.Ordinal));
    }

    /// <summary>Opens a page and looks at it.</summary>
    public async Task LookAtAsync(string path, string name)
    {
        await Page.GotoAsync(path);
        await LookAtAsync(name);
    }

    /// <summary>
    /// Looks at the page that is open, with all that is folded in it, and fails with what axe finds, one line for each node:
    /// everything in the light theme, and the contrasts, which are all that differs, in the dark one; and when on a phone it is
    /// wider than the window.
    /// </summary>
    public async Task LookAtAsync(string name)
    {
        await PictureAsync(name + "-desktop-light");
        await Page.EvaluateAsync(
            "for (const one of document.querySelectorAll('details')) { one.wasOpen = one.open; one.open = true; }");
        await IsAccessibleAsync();
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await IsAccessibleAsync("color-contrast");
        await Page.SetViewportSizeAsync(390, 844);
        await FitsAsync();
        await Page.EvaluateAsync("for (const one of document.querySelectorAll('details')) one.open = one.wasOpen");
        await PictureAsync(name + "-phone-dark");
        await Page.SetViewportSizeAsync(1440, 900);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    /// <summary>Fails when what the page holds sticks out of a phone or of a window of a mail program, or has a contrast too low in either theme.</summary>
    public async Task LookAtMailAsync(string name)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in (int[])[390, 700])
            {
                await Page.SetViewportSizeAsync(width, 844);
                await FitsAsync();
                await PictureAsync(
                    FormattableString.Invariant($"{name}-{width}-{scheme.ToString().ToLowerInvariant()}"));
            }

            await IsAccessibleAsync("color-contrast");
        }
    }

    /// <summary>Also of its frames; fails when axe cannot look into one of them.</summary>
    /// <param name="rules">All when there are none.</param>
    private async Task IsAccessibleAsync(params string[] rules)
    {
        await InjectAsync(Page.MainFrame);
        var frames = await Page.EvaluateAsync<AxeFrame[]>(AxeFrames);
        Assert.True(
            frames.Length == Page.Frames.Count - 1, $"{Page.Url}: axe cannot look into a hidden or inner frame");
        var parts = new List<string>();
        foreach (var one in frames)
        {
            // Where scripts are forbidden, evaluating waits forever: a sandbox is seen, a policy runs out of time.
            var element = (await Page.QuerySelectorAsync(one.Selector))!; // axe has just found it
            Assert.False(
                await element.EvaluateAsync<bool>(IsWithoutScripts),
                $"{Page.Url}: axe cannot look into the frame {one.Selector}, which allows no scripts");
            parts.Add(await PartAsync(element, one, rules).WaitAsync(TimeSpan.FromMilliseconds(Chromium.Patience)));
        }

        var faults = await Page.EvaluateAsync<string[]>(AxeRun, new { parts, rules });
        Assert.True(faults.Length == 0, string.Join('\n', faults.Select(fault => $"{Page.Url}: {fault}")));
    }

    private static async Task<string> PartAsync(IElementHandle element, AxeFrame one, string[] rules)
    {
        var frame = (await element.ContentFrameAsync())!; // an iframe has one
        await InjectAsync(frame);
        return await frame.EvaluateAsync<string>(AxePart, new { context = one.Context, rules });
    }

    /// <summary>Into the page that is open, unless it is there: the themes of one page share it.</summary>
    private static async Task InjectAsync(IFrame frame)
    {
        if (!await frame.EvaluateAsync<bool>("'axe' in window"))
        {
            await frame.EvaluateAsync(Axe);
        }
    }

    /// <summary>Nothing sticks out of the window to the right: one scrolls only downwards.</summary>
    public async Task FitsAsync() =>
        Assert.True(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
            $"{Page.Url} is wider than the window");

    /// <summary>A picture of the whole page, for the README; only where one asks for them.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("ALERTS_PICTURES") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private sealed class AxeFrame
    {
        public string Selector { get; set; } = "";

        /// <summary>As JSON.</summary>
        public string Context { get; set; } = "";
    }
}
