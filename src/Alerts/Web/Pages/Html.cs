using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Alerts.Web.Pages;

/// <summary>
/// Markup that is safe to send. It is made only from interpolated literals (<see cref="Of"/>), whose holes are
/// encoded unless they are markup themselves. So text from others cannot become markup by an oversight.
/// </summary>
internal readonly record struct Html(string Markup)
{
    public static readonly Html Nothing = new("");

    public static Html Of(HtmlText text) => new(text.ToString());

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> one) =>
        new(string.Concat(items.Select(item => one(item).Markup)));

    public static Html If(bool condition, Html then) => condition ? then : Nothing;

    /// <summary>Markup for a value; nothing if there is none.</summary>
    public static Html Maybe<T>(T? value, Func<T, Html> then)
        where T : class => value is null ? Nothing : then(value);

    /// <summary>A note that something was done; nothing if there is no sentence.</summary>
    public static Html Done(string? sentence) =>
        Maybe(sentence, text => Of($"<p class=\"note good\" role=\"status\">{text}</p>"));

    /// <summary>A table that scrolls sideways on narrow screens.</summary>
    /// <param name="label">The attribute that names it.</param>
    /// <param name="headings">The headings of its columns.</param>
    /// <param name="buttons">The heading, for screen readers only, of a last column of buttons; null for none.</param>
    public static Html Table(Html label, Html rows, IReadOnlyList<string> headings, string? buttons = null) => Of(
        $"""
        <div class="scroll" tabindex="0" role="region" {label}><table>
        <thead><tr>
        {Each(headings, heading => Of($"<th scope=\"col\">{heading}</th>\n"))}{(buttons is null ? Nothing
            : Of($"<th scope=\"col\"><span class=\"hidden\">{buttons}</span></th>\n"))}</tr></thead>
        <tbody>{rows}</tbody></table></div>
        """);

    public static Html Checked(bool isChecked) => isChecked ? new(" checked") : Nothing;

    public static Html Hidden(string name, string? value) =>
        Of($"<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");

    /// <summary>A choice among several: a check box, or a radio button, with its words.</summary>
    public static Html Chip(string type, string name, string value, bool isChosen, Html words) => Of(
        $"<label class=\"chip\"><input type=\"{type}\" name=\"{name}\" value=\"{value}\"{Checked(
            isChosen)}> {words}</label>");

    public static Html List(IEnumerable<string> sentences) =>
        Of($"<ul>{Each(sentences, one => Of($"<li>{one}</li>"))}</ul>");

    public override string ToString() => Markup;
}

/// <summary>The interpolated string handler of markup: it encodes text in holes, but not markup.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlText(int literalLength, int formattedCount)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder markup = new(literalLength + formattedCount * 16);

    public void AppendLiteral(string literal) => markup.Append(literal);

    public void AppendFormatted(Html html) => markup.Append(html.Markup);

    public void AppendFormatted(string? text) => markup.Append(Encoder.Encode(text ?? ""));

    /// <summary>Appends an integer in plain digits.</summary>
    public void AppendFormatted(long number) =>
        markup.Append(System.Globalization.CultureInfo.InvariantCulture, $"{number}");

    public override string ToString() => markup.ToString();
}
