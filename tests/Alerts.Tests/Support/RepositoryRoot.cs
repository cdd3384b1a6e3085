namespace Alerts.Tests.Support;

/// <summary>Where the checkout lies: the nearest folder above the test assembly that holds <c>Alerts.sln</c>.</summary>
internal static class RepositoryRoot
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The absolute path of a file or folder given from the root, with forward slashes.</summary>
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
