using System.Diagnostics;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>Publishes a project of this repository.</summary>
internal static class Publishing
{
    /// <summary>
    /// Returns the published folder of the service. The environment variable <c>ALERTS_PUBLISHED</c> selects that of
    /// another build; without it the service is published to <paramref name="folder"/>.
    /// </summary>
    public static async Task<string> OfServiceAsync(string folder)
    {
        if (Environment.GetEnvironmentVariable("ALERTS_PUBLISHED") is { } published)
        {
            return published;
        }

        await RunAsync("src/Alerts", folder);
        return folder;
    }

    /// <param name="project">The project's folder, relative to the repository.</param>
    /// <param name="folder">The folder to publish to.</param>
    public static async Task RunAsync(string project, string folder)
    {
        using var publish = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    "publish", RepositoryRoot.At(project), "-c", "Release", "-o", folder, "-v", "q", "-nologo",
                    "-p:RunAnalyzers=false",
                ])
            {
                RedirectStandardOutput = true,
            }
        ) ?? throw new InvalidOperationException("dotnet could not be started.");
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException($"{project} could not be published: {said}");
        }
    }
}
