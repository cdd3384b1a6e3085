namespace Alerts.Tests.Support;

/// <summary>
/// The root of the checkout: the nearest folder above the test assembly that holds <c>Alerts.sln</c>.
/// </summary>
internal static class RepositoryRoot
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Returns the absolute path of a file or folder.</summary>
    /// <param name="path">Relative to the root, with forward slashes.</param>
    public static string At(string path) => Path.Combine(Folder, path);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Alerts.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {start} holds Alerts.sln.");
    }
}
