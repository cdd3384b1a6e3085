namespace Alerts.Core;

/// <summary>
/// The URL under which the service is reachable (<c>Alerts:PublicUrl</c>), used to build absolute links.
/// </summary>
internal sealed class PublicUrl(Uri url)
{
    // Links are also written to email headers, which are ASCII, so a Unicode host is kept in its ASCII form.
    private readonly Uri value = url.HostNameType == UriHostNameType.Dns && url.Host != url.IdnHost
        ? new UriBuilder(url) { Host = url.IdnHost }.Uri : url;

    public Uri Value => value;

    /// <summary>The absolute URL of a path that starts with a slash.</summary>
    public string At(string path) => value.GetLeftPart(UriPartial.Authority) + value.AbsolutePath.TrimEnd('/') + path;
}
