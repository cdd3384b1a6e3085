namespace Alerts.Web.Pages;

/// <summary>The one stylesheet, <c>/style.css</c>: system fonts, light and dark by the reader's setting, one column.</summary>
internal static class Stylesheet
{
    private const string Css =
        """
        :root { color-scheme: light dark; --text: #1c2024; --soft: #5b6470; --line: #d9dde2; --ground: #ffffff; --raised: #f5f7f9; --accent: #0b5cad; --warn: #8a4b00; --stop: #a3242b; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e7eaee; --soft: #a3adb9; --line: #38404a; --ground: #14171b; --raised: #1d2228; --accent: #7db8f5; --warn: #f0b25c; --stop: #ff9298; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        header, main { max-width: 52rem; margin: 0 auto; padding: 1rem 1.25rem; }
        header a { font-weight: 700; color: inherit; text-decoration: none; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; }
        h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        a { color: var(--accent); }
        ul.rows { list-style: none; margin: 0; padding: 0; }
        ul.rows > li { border-top: 1px solid var(--line); padding: .75rem 0; }
        ul.rows > li:last-child { border-bottom: 1px solid var(--line); }
        .what { font-weight: 600; }
        .soft, time, small { color: var(--soft); font-size: .9rem; }
        .block { display: block; }
        .badge { display: inline-block; border: 1px solid currentColor; border-radius: .75rem; padding: 0 .5rem; font-size: .8rem; font-weight: 600; }
        .tentative, .pending, .retrying { color: var(--warn); }
        .cancelled, .ended, .failed, .expired, .disabled { color: var(--stop); }
        .quiet { color: var(--soft); }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        .scroll { overflow-x: auto; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
        dt { color: var(--soft); } dd { margin: 0; }
        .text { white-space: pre-wrap; }
        pre { white-space: pre-wrap; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
        button { font: inherit; font-weight: 600; color: var(--ground); background: var(--accent); border: 0; border-radius: .5rem; padding: .6rem 1.4rem; cursor: pointer; }
        button.stop { background: var(--stop); }
        button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        @media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }

        """;

    public static void Map(IEndpointRouteBuilder app) => app.MapRead("/style.css", (HttpResponse response) =>
    {
        response.Headers.CacheControl = "public, max-age=3600";
        return Results.Text(Css, "text/css; charset=utf-8");
    });
}
