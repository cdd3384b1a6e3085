namespace Alerts.Web.Pages.Texts;

/// <summary>
/// Texts of the frame of every page. This folder has the texts of the pages that are long, computed or used in several
/// places; all others stand where they are used.
/// </summary>
internal static class FrameTexts
{
    public const string Product = "Alerts";
    public const string OutageTitle = "Please try again in a few minutes";
    public const string CannotSave = "We cannot save anything at the moment. Please try again in a few minutes.";
    public const string CannotRead = "We cannot show this page at the moment. Please try again in a few minutes.";
    public const string Feed = "Changes as a feed";
    public const string Foot =
        "Every time is shown with its zone. We do not track you: no cookies for readers, nothing from other sites.";

    /// <summary>The navigation links in the header of the public pages.</summary>
    public static readonly Way[] Ways = [new("", "Dates"), new("subscribe", "Subscribe"), new("manage", "Manage")];

    public static readonly Way[] OperatorWays =
        [new("admin", "Overview"), new("admin/dates", "Dates"), new("admin/import", "Import"),
            new("admin/sources", "Sources"), new("admin/proposals", "Proposals"),
                new("admin/deliveries", "Deliveries"), new("", "Public pages")];
}

/// <summary>A navigation link.</summary>
/// <param name="Place">The path from the root, without its first slash.</param>
internal sealed record Way(string Place, string Name);
