using Alerts.Subscriptions;
namespace Alerts.Web.Pages.Texts;

/// <summary>What the outbox says.</summary>
internal static class OutboxTexts
{
    public const string Title = "Outbox";
    public const string Lead = "Mails that were written here instead of sent, the newest first.";
    public const string None = "No mails yet.";
    public const string NoSubject = "(no subject)";
    public const string To = "To";
    public const string From = "From";
    public const string Date = "Date";
    public const string Whole = "The whole mail";
    public const string Back = "All mails";
}
