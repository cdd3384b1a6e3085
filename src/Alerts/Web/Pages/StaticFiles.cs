using System.Security.Cryptography;

namespace Alerts.Web.Pages;

/// <summary>
/// The files of the pages: one stylesheet, one script, one icon, built into the program. Their addresses carry what they hold,
/// so that a browser keeps them for good and never has an old one.
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
            app.MapRead("/" + file.Name, context =>
            {
                context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Task.FromResult(Results.Bytes(file.Content, file.Type));
            });
        }
    }

    /// <summary><c>style.css?v=…</c>, from the root.</summary>
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
                name,
                type,
                content.ToArray(),
                Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..12]);
        }
    }
}
