namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the outbox.</summary>
internal static class OutboxTexts
{
    public const string Title = "Outbox";
    public const string Lead = "Emails that were written here instead of being sent, newest first.";
    public const string None = "No emails yet.";
    public const string NoSubject = "(no subject)";
    public const string To = "To";
    public const string From = "From";
    public const string Date = "Date";
    public const string Whole = "The email as a file";
    public const string AsHtml = "As HTML";
    public const string AsText = "As plain text";
    public const string Back = "All emails";
}
