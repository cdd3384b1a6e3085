using Alerts.Core;
using Alerts.Ledger;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Writes each mail as <c>&lt;id&gt;.eml</c> into a folder, made when missing. A file is there whole or not at all, and a
/// repeat takes the place of the first.
/// </summary>
internal sealed class OutboxTransport(string folder) : IMailTransport
{
    public async Task<SendResult> SendAsync(string id, MimeMessage mail, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        mail.Prepare(EncodingConstraint.SevenBit);
        mail.WriteTo(MailFormat.OnDisk, bytes, cancel);

        // Not ending in .eml, so that nobody who lists the folder meets half a mail.
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
            // The folder that could not be written cannot be cleaned either; the next mail says so again.
        }
    }
}

/// <summary>How mails are written as bytes.</summary>
internal static class MailFormat
{
    /// <summary>CR LF line ends, as RFC 5322 (section 2.3) wants them whatever the machine.</summary>
    public static readonly FormatOptions OnDisk = Create();

    private static FormatOptions Create()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }
}
