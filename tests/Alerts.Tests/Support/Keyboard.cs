using Microsoft.Playwright;
using Xunit;

namespace Alerts.Tests.Support;

/// <summary>
/// Somebody who has only a keyboard: Tab and arrows to get about, Enter and Space to press, letters to write. Whatever has the
/// focus must be seen to have it: marked by an outline, inside the window and not behind something else.
/// </summary>
internal sealed class Keyboard(IPage page)
{
    /// <summary>More presses of Tab than it takes round any of our pages.</summary>
    private const int Patience = 200;

    // A chip is marked as a whole when its box has the focus, and a box in a list of choices is pressed by its label.
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
            called: words(one.labels?.length ? one.labels[0].textContent : one.getAttribute('aria-label') ?? one.textContent),
            name: one.name ?? '',
            isSeen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && hit !== null && (one.contains(hit) || hit.contains(one)),
          };
        }
        """;

    /// <summary>How often a key was pressed.</summary>
    public int Presses { get; private set; }

    /// <summary>On by Tab to the field, button or link that is called so: its label or its words, whole or how they begin.</summary>
    public Task GoToAsync(string called) => GoToAsync(focused => focused.Called.StartsWith(called, StringComparison.Ordinal), called);

    /// <summary>On by Tab to the field of that name.</summary>
    public Task GoToFieldAsync(string name) => GoToAsync(focused => focused.Name == name, name);

    /// <summary>Presses what has the focus, or sends the form it is in, and waits for the page that follows.</summary>
    public async Task FollowAsync(string key = "Enter")
    {
        var loaded = new TaskCompletionSource();
        void Loaded(object? sender, IPage loadedPage) => loaded.TrySetResult();
        page.Load += Loaded;
        await PressAsync(key);
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(15));
        page.Load -= Loaded;
    }

    /// <summary>To a button or link by Tab, and on to the page behind it.</summary>
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

    /// <summary>Writes over what stands in the field, which Tab has marked as a whole.</summary>
    public async Task WriteAsync(string text)
    {
        Presses += text.Length;
        await page.Keyboard.TypeAsync(text);
    }

    /// <summary>Into a field of that name by Tab, writes there, and looks what it then holds.</summary>
    /// <param name="keys">The keys; for a date or a time as Chromium in American English takes them: <c>11102026</c>, <c>0900AM</c>.</param>
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
            Assert.True(passed.Count < Patience, $"{page.Url}: no way by Tab to \"{what}\", only to: {string.Join(" | ", passed.Distinct())}");
            await PressAsync("Tab");
            var focused = await page.EvaluateAsync<Focused>(Focus);
            Assert.True(focused.IsSeen, $"{page.Url}: nobody sees that \"{focused.Called}\" ({focused.Name}) has the focus");
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
