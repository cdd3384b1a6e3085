namespace Alerts.Stores.Sqlite;

/// <summary>
/// A file that this process keeps locked while it runs. The operating system releases the lock however the process
/// ends, so that other processes see at once whose claims are abandoned.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    private readonly string folder;
    private readonly FileStream held;

    public ProcessLock(string databasePath)
    {
        folder = databasePath + "-owners";
        OwnerOnly.CreateFolder(folder);
        Id = Guid.NewGuid().ToString("N");
        held = OwnerOnly.OpenFile(PathOf(Id), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Id { get; }

    /// <summary>
    /// Returns whether the process that owns <paramref name="id"/> is running. Deletes the lock file of a process
    /// that is not.
    /// </summary>
    public bool IsAlive(string id)
    {
        if (id == Id)
        {
            return true;
        }

        try
        {
            using (new FileStream(PathOf(id), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                File.Delete(PathOf(id));
            }

            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        File.Delete(PathOf(Id));
        held.Dispose();
    }

    private string PathOf(string id) => Path.Combine(folder, id + ".lock");
}
