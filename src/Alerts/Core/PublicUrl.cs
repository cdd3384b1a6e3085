namespace Alerts.Core;

/// <summary>The address under which people and programs reach the service (<c>Alerts:PublicUrl</c>); never ends in a slash.</summary>
internal sealed class PublicUrl(Uri url)
{
    // Links stand in headers of mails, which are ASCII: a host written in Unicode is kept in its ASCII form.
    private readonly Uri value = url.HostNameType == UriHostNameType.Dns && url.Host != url.IdnHost
        ? new UriBuilder(url) { Host = url.IdnHost }.Uri
        : url;

    public Uri Value => value;

    public string Host => value.Host;

    /// <summary>The absolute URL of a path that begins with a slash.</summary>
    public string At(string path) => value.GetLeftPart(UriPartial.Authority) + value.AbsolutePath.TrimEnd('/') + path;
}
