namespace Alerts.Web.Pages.Texts;

/// <summary>
/// The words around every page, and those of more than one page. All that pages say in English stands in this folder.
/// </summary>
internal static class FrameTexts
{
    /// <summary>Of the texts in this folder, as <c>lang</c> writes it (BCP 47).</summary>
    public const string Language = "en";

    public const string Product = "Alerts";
    public const string Skip = "Skip to the content";
    public const string Navigation = "Pages";
    public const string ToAllDates = "To all dates";
    public const string Calendar = "All dates as a calendar";
    public const string Feed = "Changes as a feed";
    public const string Api = "For programs: the API";
    public const string Foot =
        "Every time is shown with its zone. We do not track you: no cookies for readers, nothing from other sites.";

    /// <summary>Where the head of every page leads, from the root, and what it is called.</summary>
    public static readonly Way[] Ways = [new("", "Dates"), new("subscribe", "Subscribe"), new("manage", "Manage")];

    public static readonly Way[] OperatorWays =
        [new("admin", "Overview"), new("admin/dates", "Dates"), new("admin/import", "Import"),
            new("admin/sources", "Sources"), new("admin/proposals", "Proposals"),
                new("admin/deliveries", "Deliveries"), new("", "Public pages")];
}

/// <summary>A way to another page.</summary>
/// <param name="Place">From the root, without its first slash.</param>
internal sealed record Way(string Place, string Name);
