namespace Alerts.Tests.Support;

/// <summary>
/// A new, empty folder that is deleted with its content when disposed. It is in memory where Linux offers that with
/// room to spare: thousands of small databases would spend most of their time waiting for a disk to confirm writes.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";
    private const long MinimumFreeBytes = 2_000_000_000;

    private static readonly string Parent =
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= MinimumFreeBytes
            ? Memory
            : System.IO.Path.GetTempPath();

    /// <summary>Its absolute path.</summary>
    public string Path { get; } = Directory
        .CreateDirectory(System.IO.Path.Combine(Parent, "alerts-test-" + Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>Returns the absolute path of a file or folder in it.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
