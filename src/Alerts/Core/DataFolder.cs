namespace Alerts.Core;

/// <summary>Where a stand-alone service keeps its data: database, outbox and locks.</summary>
/// <param name="Path">Made when absent.</param>
/// <param name="DatabasePath">Inside it, unless <c>Alerts:Sqlite:Path</c> says otherwise.</param>
internal sealed record DataFolder(string Path, string DatabasePath)
{
    public string Outbox => System.IO.Path.Combine(Path, "outbox");
}
