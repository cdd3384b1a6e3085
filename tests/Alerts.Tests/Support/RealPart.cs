namespace Alerts.Tests.Support;

/// <summary>
/// A program outside .NET that a test uses. When it is missing, the test is skipped with the command that installs it.
/// With <c>CI=true</c> the test fails instead, so that a green run there has tested everything.
/// </summary>
internal static class RealPart
{
    /// <summary>The command that installs every part from npm.</summary>
    public const string FromNpm = "npm ci --prefix tests/parts --ignore-scripts";

    /// <summary>Returns the absolute path of a part.</summary>
    /// <param name="path">
    /// A path from the repository's root, an absolute path, or a bare program name to find on <c>PATH</c>.
    /// </param>
    /// <param name="installCommand">The command to install it, to be run at the repository's root.</param>
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
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator).Select(folder => Path.Combine(folder, path));
        return places.FirstOrDefault(Path.Exists);
    }
}
