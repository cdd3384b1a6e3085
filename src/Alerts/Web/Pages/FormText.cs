namespace Alerts.Web.Pages;

/// <summary>Reads the fields of a form.</summary>
internal static class FormText
{
    /// <summary>The text of a field; null, which means absent, if it is empty.</summary>
    public static string? Given(string text) => text.Length > 0 ? text : null;
}
