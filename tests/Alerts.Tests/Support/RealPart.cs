using Xunit;

namespace Alerts.Tests.Support;

/// <summary>
/// Something outside .NET that a test talks to. Where it is missing the test is skipped with the command that installs it;
/// with <c>CI=true</c> it fails, so that a green run there has tried everything.
/// </summary>
internal static class RealPart
{
    /// <summary>Installs all that comes from npm.</summary>
    public const string FromNpm = "npm ci --prefix tests/parts --ignore-scripts";

    /// <summary>The absolute path of a part.</summary>
    /// <param name="path">A path from the repository's root, an absolute one, or a bare program name to be looked up on <c>PATH</c>.</param>
    /// <param name="installCommand">As it can be typed at the repository's root.</param>
    public static string Require(string path, string installCommand)
    {
        if (Find(path) is { } found)
        {
            return found;
        }

        var sentence = $"{path} is missing; install it with: {installCommand}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(sentence);
        }

        Assert.Skip(sentence);
        return path;
    }

    private static string? Find(string path)
    {
        IEnumerable<string> places = path.Contains('/', StringComparison.Ordinal)
            ? [RepositoryRoot.At(path)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, path));
        return places.FirstOrDefault(Path.Exists);
    }
}
