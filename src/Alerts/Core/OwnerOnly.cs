namespace Alerts.Core;

/// <summary>
/// Folders and files that only the user who runs the service may read: they hold addresses, secrets and keys.
/// </summary>
internal static class OwnerOnly
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder with mode 0700, with those above it; one that exists keeps its mode.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // inherits the rights of the user's folder
        }
        else
        {
            Directory.CreateDirectory(path, Folder);
        }
    }

    /// <summary>Opens a file, and makes it with mode 0600 where it is new; one that exists keeps its mode.</summary>
    /// <param name="mode">One that may make a file.</param>
    /// <exception cref="IOException">It cannot be opened or made.</exception>
    public static FileStream OpenFile(string path, FileMode mode, FileAccess access, FileShare share,
        FileOptions options = FileOptions.None)
    {
        var how = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = options };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OfFile;
        }

        return new FileStream(path, how);
    }

    /// <summary>Whether a folder exists that other users of this machine can look into.</summary>
    public static bool IsOpenToOthers(string path) =>
        !OperatingSystem.IsWindows() && Directory.Exists(path)
            && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;
}
