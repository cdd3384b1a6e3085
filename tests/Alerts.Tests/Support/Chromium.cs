using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Alerts.Tests.Support;

/// <summary>One real Chromium for all facts about pages; each opens a context of its own, as a fresh visitor.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Install = "apt-get install -y --no-install-recommends chromium";

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    /// <summary>In milliseconds: far more than a page needs on a slow, busy machine; only a hang reaches it.</summary>
    private const float Patience = 60_000;

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
            if (line.Type == "error" && !line.Text.Contains("the server responded with a status of 4", StringComparison.Ordinal))
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
        await Page.EvaluateAsync("for (const one of document.querySelectorAll('details')) { one.wasOpen = one.open; one.open = true; }");
        await IsAccessibleAsync(new AxeRunOptions());
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await IsAccessibleAsync(new AxeRunOptions { RunOnly = RunOnlyOptions.Rules("color-contrast") });
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
                await PictureAsync(FormattableString.Invariant($"{name}-{width}-{scheme.ToString().ToLowerInvariant()}"));
            }

            await IsAccessibleAsync(new AxeRunOptions { RunOnly = RunOnlyOptions.Rules("color-contrast") });
        }
    }

    private async Task IsAccessibleAsync(AxeRunOptions options)
    {
        // Only violations are reported in full: the details of what passes take most of the time.
        options.ResultTypes = [ResultType.Violations];
        var found = await Page.RunAxe(options);
        Assert.Empty(found.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{Page.Url}: {violation.Id}: {violation.Help}: {node.Html}")));
    }

    /// <summary>Nothing sticks out of the window to the right: one scrolls only downwards.</summary>
    public async Task FitsAsync() => Assert.True(
        await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), $"{Page.Url} is wider than the window");

    /// <summary>A picture of the whole page, for the README; only where one asks for them.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("ALERTS_PICTURES") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
