using System.Text.Json;

namespace Alerts.App;

/// <summary>
/// The file in which a service with a simulated clock announces that clock while it runs. It lies beside the database,
/// so that commands on the same data (an import, a resend) use the same clock.
/// </summary>
internal sealed class RunningClock : IDisposable
{
    private readonly FileStream file;

    private RunningClock(FileStream file) => this.file = file;

    /// <summary>Writes the file; null for a service on the real clock, which writes none.</summary>
    public static RunningClock? Announce(DataFolder data, ServiceClock clock)
    {
        if (!clock.IsSimulated)
        {
            return null;
        }

        // With Table Storage nothing else has made the folder.
        OwnerOnly.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(PathOf(data))) ?? ".");
        var file = OwnerOnly.OpenFile(
            PathOf(data), FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete,
            FileOptions.DeleteOnClose);
        JsonSerializer.Serialize(file, new Word(
            Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds(),
            clock.Now.ToUnixTimeMilliseconds(),
            clock.Speed,
            Environment.ProcessId));
        file.Flush();
        return new RunningClock(file);
    }

    /// <summary>
    /// The clock of the service that runs on this data; null if no service runs, or if it uses the real clock.
    /// </summary>
    public static ServiceClock? Of(DataFolder data)
    {
        if (!File.Exists(PathOf(data))
            || JsonSerializer.Deserialize<Word>(File.ReadAllText(PathOf(data))) is not { } word
            || !IsRunning(word.Process))
        {
            return null;
        }

        var passed =
            Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) - Instant.FromUnixTimeMilliseconds(word.Real);
        return new ServiceClock(
            TimeProvider.System, Instant.FromUnixTimeMilliseconds(word.Simulated) + (passed * word.Speed), word.Speed);
    }

    public void Dispose() => file.Dispose();

    private static string PathOf(DataFolder data) => data.DatabasePath + "-clock.json";

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed record Word(long Real, long Simulated, double Speed, int Process);
}
