namespace Alerts.Core;

/// <summary>
/// Creates folders and files that only the service's user may read, because they hold addresses, secrets and keys.
/// </summary>
internal static class OwnerOnly
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// Creates a folder with mode 0700, including missing parents. An existing folder keeps its mode.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // inherits the permissions of the user's folder
        }
        else
        {
            Directory.CreateDirectory(path, Folder);
        }
    }

    /// <summary>Opens a file. A new file gets mode 0600; an existing one keeps its mode.</summary>
    /// <param name="mode">A mode that may create a file.</param>
    /// <exception cref="IOException">The file cannot be opened or created.</exception>
    public static FileStream OpenFile(
        string path, FileMode mode, FileAccess access, FileShare share, FileOptions options = FileOptions.None)
    {
        var how = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = options };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OfFile;
        }

        return new FileStream(path, how);
    }

    /// <summary>Whether a folder exists that other users of this machine can read or enter.</summary>
    public static bool IsOpenToOthers(string path) =>
        !OperatingSystem.IsWindows() && Directory.Exists(path)
            && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;
}
