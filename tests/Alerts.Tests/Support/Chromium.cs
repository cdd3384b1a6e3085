using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Alerts.Tests.Support;

/// <summary>One real Chromium for all page tests. Each test opens its own context, as a new visitor.</summary>
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

    /// <summary>
    /// Time limit in milliseconds: far more than a page needs on a slow, busy machine; only a hang reaches it.
    /// </summary>
    internal const float Patience = 60_000;

    private IPlaywright? playwright;
    private IBrowser? browser;

    public ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        return ValueTask.CompletedTask;
    }

    /// <summary>Opens a context as a new visitor in Berlin.</summary>
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
            ReducedMotion = ReducedMotion.Reduce, // the contrast of a colour in mid-transition cannot be judged
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

/// <summary>The tests that share one Chromium. They run one at a time, because each keeps a browser busy.</summary>
[CollectionDefinition(nameof(Chromium))]
public sealed class ChromiumFacts : ICollectionFixture<Chromium>;

/// <summary>A visitor with a browser; records what the browser reports as errors.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    // Deque's package for Playwright opens an extra page and sends axe to it for each run: 3 seconds instead of 0.3.
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

    // Only violations are reported in full, because details of passed checks take time.
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
            // A refused form is answered with 400, which Chromium also logs.
            if (
                line.Type == "error"
                && !line.Text.Contains("the server responded with a status of 4", StringComparison.Ordinal))
            {
                complaints.Add(line.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors from scripts and from the content security policy.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public Task<string> TextAsync() => Page.InnerTextAsync("main");

    /// <summary>Fails unless the page contains all of these words.</summary>
    public async Task ReadsAsync(params IEnumerable<string> words)
    {
        var text = await TextAsync();
        Assert.All(words, one => Assert.Contains(one, text, StringComparison.Ordinal));
    }

    /// <summary>Opens a page and checks it.</summary>
    public async Task LookAtAsync(string path, string name)
    {
        await Page.GotoAsync(path);
        await LookAtAsync(name);
    }

    /// <summary>
    /// Checks the open page with every collapsed element expanded, and fails with axe's findings, one line per node:
    /// all rules in the light theme, and only contrast, which is all that differs, in the dark one. Also fails when the
    /// page is wider than the window of a phone.
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

    /// <summary>
    /// Fails when the content is wider than a phone or the window of a mail program, or when its contrast is too low in
    /// either theme.
    /// </summary>
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

    /// <summary>Checks the page and its frames with axe; fails when axe cannot examine one of them.</summary>
    /// <param name="rules">Rules to check; all when empty.</param>
    private async Task IsAccessibleAsync(params string[] rules)
    {
        await InjectAsync(Page.MainFrame);
        var frames = await Page.EvaluateAsync<AxeFrame[]>(AxeFrames);
        Assert.True(
            frames.Length == Page.Frames.Count - 1, $"{Page.Url}: axe cannot look into a hidden or inner frame");
        var parts = new List<string>();
        foreach (var one in frames)
        {
            // Evaluating waits forever where scripts are forbidden: a sandbox is detected here, a policy runs into the
            // time limit.
            var element = (await Page.QuerySelectorAsync(one.Selector))!; // axe has just found this element
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
        var frame = (await element.ContentFrameAsync())!; // an iframe always has a content frame
        await InjectAsync(frame);
        return await frame.EvaluateAsync<string>(AxePart, new { context = one.Context, rules });
    }

    /// <summary>Injects axe into the frame unless it is already there: both themes of one page share it.</summary>
    private static async Task InjectAsync(IFrame frame)
    {
        if (!await frame.EvaluateAsync<bool>("'axe' in window"))
        {
            await frame.EvaluateAsync(Axe);
        }
    }

    /// <summary>Fails when the page is wider than the window, so that one would have to scroll sideways.</summary>
    public async Task FitsAsync() =>
        Assert.True(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
            $"{Page.Url} is wider than the window");

    /// <summary>Saves a picture of the whole page for the README, only when ALERTS_PICTURES names a folder.</summary>
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

        /// <summary>Frame context as JSON.</summary>
        public string Context { get; set; } = "";
    }
}
