using Alerts.Senders.Email;

namespace Alerts.App;

/// <summary>The lines that <c>serve</c> prints when it is ready: its addresses, and how email is sent.</summary>
internal static class StartOutput
{
    private static string Test => $"test with the same settings: {OwnCommand.Text("mail test ADDRESS")}";

    /// <param name="url">The address at which people reach the service.</param>
    /// <param name="generatedKey">
    /// The admin key generated for this run; null if a key is configured or the operator pages are closed.
    /// </param>
    public static IEnumerable<string> Lines(Settings settings, DataFolder folder, PublicUrl url, string? generatedKey)
    {
        yield return $"Pages: {url.At("/")}";
        var isOpen = generatedKey is not null || settings.AdminKey() is not null;
        yield return isOpen
            ? $"Operator pages: {url.At("/admin")}"
            : "Operator pages: closed; set Alerts:AdminKey (environment variable Alerts__AdminKey) to open them.";
        if (generatedKey is not null)
        {
            yield return $"Admin key, made for this run: {generatedKey}";
        }

        yield return EmailRegistration.ProviderOf(settings) switch
        {
            "Outbox" => $"Emails: not sent, only written to {folder.Outbox}"
                + (isOpen ? $"; read them at {url.At("/outbox")}" : "") + " (set Alerts:Email:Provider to send them).",
            "Smtp" => $"Emails: sent through {settings.Text("Email:Smtp:Host")}; {Test}",
            var provider => $"Emails: sent through {provider}; {Test}",
        };
    }
}
