using System.Security.Cryptography;

namespace Alerts.Web.Pages;

/// <summary>
/// The static files of the pages, embedded in the assembly: one stylesheet, one script, one icon. Their URLs contain
/// a hash of the content, so that browsers can cache them for good and never use an old one.
/// </summary>
internal static class StaticFiles
{
    private static readonly Dictionary<string, StaticFile> Files = new StaticFile[]
    {
        StaticFile.Load("style.css", "text/css; charset=utf-8"),
        StaticFile.Load("app.js", "text/javascript; charset=utf-8"),
        StaticFile.Load("icon.svg", "image/svg+xml"),
    }.ToDictionary(file => file.Name);

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var file in Files.Values)
        {
            app.MapMethods("/" + file.Name, Verbs.Read, (HttpResponse response) =>
            {
                response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(file.Content, file.Type);
            });
        }
    }

    /// <summary>The URL of a file relative to the root, such as <c>style.css?v=…</c>.</summary>
    public static string Address(string name) => $"{name}?v={Files[name].Version}";

    private sealed record StaticFile(string Name, string Type, byte[] Content, string Version)
    {
        public static StaticFile Load(string name, string type)
        {
            using var stream = typeof(StaticFiles).Assembly.GetManifestResourceStream("pages/" + name)
                ?? throw new InvalidOperationException($"{name} is not built into the program.");
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return new StaticFile(
                name, type, content.ToArray(), Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..12]);
        }
    }
}
