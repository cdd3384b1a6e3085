namespace Alerts.Core;

/// <summary>The folder where a stand-alone service keeps its database, outbox and locks.</summary>
/// <param name="Path">Created if it does not exist.</param>
/// <param name="DatabasePath">In this folder, unless <c>Alerts:Sqlite:Path</c> is set.</param>
internal sealed record DataFolder(string Path, string DatabasePath)
{
    public string Outbox => System.IO.Path.Combine(Path, "outbox");
}
