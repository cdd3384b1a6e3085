using Alerts.Ledger;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Writes each email as <c>&lt;id&gt;.eml</c> into a folder, which is created if missing. A file appears complete or
/// not at all, and a repeat replaces it.
/// </summary>
internal sealed class OutboxTransport(string folder) : IMailTransport
{
    public async Task<SendResult> SendAsync(string id, MimeMessage mail, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        mail.Prepare(EncodingConstraint.SevenBit);
        mail.WriteTo(MailFormat.OnDisk, bytes, cancel);

        // The temporary name does not end in .eml, so that a folder listing never shows an incomplete email.
        var unfinished = Path.Combine(folder, $"{id}.{Guid.NewGuid():N}.tmp");
        try
        {
            OwnerOnly.CreateFolder(folder);
            await using (var file = OwnerOnly.OpenFile(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None,
                FileOptions.Asynchronous))
            {
                await file.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancel);
            }

            File.Move(unfinished, Path.Combine(folder, id + ".eml"), overwrite: true);
            return new Delivered(null, $"written to outbox/{id}.eml");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            DeleteIfThere(unfinished);
            return new TryAgain(null, "could not write to the outbox folder: " + failure.GetType().Name)
            {
                ChannelFailure = Core.Outage.OneLine(failure),
            };
        }
        catch (OperationCanceledException)
        {
            DeleteIfThere(unfinished);
            throw;
        }
    }

    private static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A folder that is not writable cannot be cleaned up either; the next email reports the failure again.
        }
    }
}

/// <summary>How emails are written as bytes.</summary>
internal static class MailFormat
{
    /// <summary>CR LF line endings on any machine, as RFC 5322 (section 2.3) requires.</summary>
    public static readonly FormatOptions OnDisk = Create();

    private static FormatOptions Create()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }
}

/// <summary>The folder to which the provider <c>Outbox</c> writes emails.</summary>
/// <param name="Path">Null if another provider is configured.</param>
internal sealed record OutboxFolder(string? Path);
