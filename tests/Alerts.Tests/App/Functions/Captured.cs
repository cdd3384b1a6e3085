using Alerts.Tests.Support;

namespace Alerts.Tests.App.Functions;

/// <summary>
/// Bytes captured between the Azure Functions host 4.1037 and a custom handler, unaltered: request line and headers, and the
/// de-chunked body. The handler's functions were called <c>tick</c>, <c>tickobj</c> and so on.
/// </summary>
internal static class Captured
{
    private static readonly string Folder = RepositoryRoot.At("tests/Alerts.Tests/App/Functions/Captured");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    public static byte[] Body(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".json"));

    /// <summary>Its headers, without those that the connection sets itself.</summary>
    public static IReadOnlyList<(string Name, string Value)> Headers(string name) =>
        [.. File.ReadAllLines(Path.Combine(Folder, name + ".headers.txt")).Skip(1).Where(line => line != "")
            .Select(line => line.Split(": ", 2)).Select(pair => (pair[0], pair[1]))
            .Where(header => header.Item1 is not ("Host" or "Transfer-Encoding"))];
}
