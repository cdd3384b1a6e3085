using Microsoft.Playwright;

namespace Alerts.Tests.Support;

/// <summary>
/// A user who has only a keyboard: moves with Tab and the arrows, presses with Enter and Space, types letters. The
/// focused element must be visibly focused: marked by an outline, inside the window and not behind another element.
/// </summary>
internal sealed class Keyboard(IPage page)
{
    /// <summary>More presses of Tab than it takes to go around any of our pages.</summary>
    private const int Patience = 200;

    // When a chip's check box has the focus, the outline is on the whole chip. A check box in a list of choices is
    // pressed by its label.
    private const string Focus =
        """
        () => {
          const one = document.activeElement;
          if (!one || one === document.body) return { called: '', name: '', isSeen: true };
          const words = text => (text ?? '').replace(/\s+/g, ' ').trim();
          const marked = one.closest('.chip') ?? one;
          const style = getComputedStyle(marked);
          const box = one.getClientRects()[0] ?? new DOMRect();
          const x = box.left + box.width / 2, y = box.top + Math.min(box.height, innerHeight) / 2;
          const hit = document.elementFromPoint(x, y);
          return {
            called: words(one.labels?.length
              ? one.labels[0].textContent
              : one.getAttribute('aria-label') ?? one.textContent),
            name: one.name ?? '',
            isSeen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && hit !== null
              && (one.contains(hit) || hit.contains(one)),
          };
        }
        """;

    /// <summary>Number of key presses so far.</summary>
    public int Presses { get; private set; }

    /// <summary>Tabs to the field, button or link with this label or text, or one that starts with it.</summary>
    public Task GoToAsync(string called) =>
        GoToAsync(focused => focused.Called.StartsWith(called, StringComparison.Ordinal), called);

    /// <summary>Tabs to the field with this name.</summary>
    public Task GoToFieldAsync(string name) => GoToAsync(focused => focused.Name == name, name);

    /// <summary>Presses the focused element, or submits its form, and waits for the next page to load.</summary>
    public async Task FollowAsync(string key = "Enter")
    {
        var loaded = new TaskCompletionSource();
        void Loaded(object? sender, IPage loadedPage) => loaded.TrySetResult();
        page.Load += Loaded;
        await PressAsync(key);
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(15));
        page.Load -= Loaded;
    }

    /// <summary>Tabs to a button or link, presses it and waits for the next page to load.</summary>
    public async Task FollowToAsync(string called)
    {
        await GoToAsync(called);
        await FollowAsync();
    }

    public async Task PressAsync(string key)
    {
        Presses++;
        await page.Keyboard.PressAsync(key);
    }

    /// <summary>Overwrites the focused field's text, which Tab has selected.</summary>
    public async Task WriteAsync(string text)
    {
        Presses += text.Length;
        await page.Keyboard.TypeAsync(text);
    }

    /// <summary>Tabs to the field with this name, types there and checks the field's value.</summary>
    /// <param name="keys">
    /// The keys. For a date or a time, in the form that Chromium in American
    /// English takes: <c>11102026</c>, <c>0900AM</c>.
    /// </param>
    /// <param name="holds">The expected value of the field.</param>
    public async Task WriteAsync(string field, string keys, string holds)
    {
        await GoToFieldAsync(field);
        if (keys == holds)
        {
            await WriteTextAsync(keys);
        }
        else
        {
            await WriteAsync(keys);
        }

        Assert.Equal(holds, await page.EvaluateAsync<string>("document.activeElement.value"));
    }

    /// <summary>
    /// The first letter by its key, and the rest at once, as from a keyboard that completes words: in a field with a
    /// list, Chromium takes as long for each key as for a page.
    /// </summary>
    private async Task WriteTextAsync(string text)
    {
        await WriteAsync(text[..1]);
        Presses += text.Length - 1;
        await page.Keyboard.InsertTextAsync(text[1..]);
    }

    private async Task GoToAsync(Func<Focused, bool> isThere, string what)
    {
        var passed = new List<string>();
        do
        {
            Assert.True(
                passed.Count < Patience,
                $"{page.Url}: no way by Tab to \"{what}\", only to: {string.Join(" | ", passed.Distinct())}");
            await PressAsync("Tab");
            var focused = await page.EvaluateAsync<Focused>(Focus);
            Assert.True(
                focused.IsSeen, $"{page.Url}: nobody sees that \"{focused.Called}\" ({focused.Name}) has the focus");
            passed.Add(focused.Called.Length > 0 ? focused.Called : focused.Name);
            if (isThere(focused))
            {
                return;
            }
        }
        while (true);
    }

    private sealed class Focused
    {
        public string Called { get; set; } = "";

        public string Name { get; set; } = "";

        public bool IsSeen { get; set; }
    }
}
