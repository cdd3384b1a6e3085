namespace Alerts.Tests.Support;

/// <summary>A new, empty folder that goes, with all in it, when it is disposed of.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("alerts-test-").FullName;

    /// <summary>The absolute path of something in it.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
