using Alerts.Dates;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages.Admin;

/// <summary>The fields that a change would alter, with old and new values, as every preview shows them.</summary>
internal static class FieldChanges
{
    public static Html List(IReadOnlyList<FieldChange> changes) => changes.Count == 0 ? Html.Nothing : Html.Of(
        $"""<dl class="changes">{Html.Each(changes, One)}</dl>""");

    private static Html One(FieldChange change) => Html.Of(
        $"""
        <dt>{change.Field}</dt>
        <dd>{(change.Old is null ? Html.Nothing : Old(change.Old))}<bdi>{change.New ?? AdminTexts.NoValue}</bdi></dd>

        """);

    private static Html Old(string value) => Html.Of($"<del class=\"old\"><bdi>{value}</bdi></del> ");
}
