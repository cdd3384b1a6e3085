namespace Alerts.App;

/// <summary>
/// Builds the command line that runs this program from the current folder, for printed instructions. It works as
/// printed, whether the program is installed, lies in a folder, or runs from its project by <c>dotnet run</c>.
/// </summary>
internal static class OwnCommand
{
    private const string Name = "alerts";

    /// <param name="arguments">Such as <c>serve --data demo</c>.</param>
    public static string Text(string arguments) =>
        $"{Of(Environment.ProcessPath, AppContext.BaseDirectory, Directory.GetCurrentDirectory())} {arguments}";

    /// <param name="process">
    /// Path of the process's file: our own executable, or <c>dotnet</c>; null when unknown.
    /// </param>
    /// <param name="program">The folder of the program.</param>
    /// <param name="current">The current folder.</param>
    public static string Of(string? process, string program, string current)
    {
        // A build is in <project>/bin/<configuration>/<framework>/.
        var build = new DirectoryInfo(Path.TrimEndingDirectorySeparator(program));
        if (build.Parent is { } configuration && configuration.Parent is { Name: "bin", Parent: { } project }
            && File.Exists(Path.Combine(project.FullName, "Alerts.csproj")))
        {
            var place = Path.GetRelativePath(current, project.FullName);
            return "dotnet run"
                + (configuration.Name == "Debug" ? "" : " -c " + configuration.Name)
                + (place == "." ? "" : " --project " + Quoted(place))
                + " --";
        }

        if (process is null || Path.GetFileNameWithoutExtension(process) != Name)
        {
            return "dotnet " + Quoted(Path.GetRelativePath(current, Path.Combine(program, Name + ".dll")));
        }

        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return folders.Contains(Path.GetDirectoryName(process)) ? Name
            : current == Path.GetPathRoot(current) ? Quoted(process) // a service manager's folder, not its reader's
            : Path.GetRelativePath(current, process) is var relative && relative.Contains(Path.DirectorySeparatorChar)
                ? Quoted(relative) : Path.Combine(".", relative);
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
