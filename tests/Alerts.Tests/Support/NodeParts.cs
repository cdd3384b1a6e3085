using System.Diagnostics;
using Xunit;

namespace Alerts.Tests.Support;

/// <summary>The npm packages of <c>tests/parts</c>: published libraries and servers that judge ours.</summary>
internal static class NodeParts
{
    private const string Install = "npm ci --prefix tests/parts --ignore-scripts";

    /// <summary>
    /// The folder <c>tests/parts</c> with a package installed in it. Without it the test is skipped with the command that
    /// installs it; with <c>CI=true</c> it fails instead.
    /// </summary>
    public static string FolderWith(string package)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Alerts.sln")))
            {
                continue;
            }

            var parts = Path.Combine(folder.FullName, "tests", "parts");
            if (Directory.Exists(Path.Combine(parts, "node_modules", package)) && NodeIsInstalled())
            {
                return parts;
            }

            break;
        }

        var advice = $"needs Node and the npm package {package}: {Install}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(advice);
        }

        Assert.Skip(advice);
        return "";
    }

    private static bool NodeIsInstalled()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "--version") { RedirectStandardOutput = true });
            return node is not null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
