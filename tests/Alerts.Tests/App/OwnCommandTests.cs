using Alerts.App;

namespace Alerts.Tests.App;

/// <summary>Tests that printed commands start this program from the current folder.</summary>
public sealed class OwnCommandTests
{
    [Theory]
    [InlineData("Debug", "", "dotnet run --project src/Alerts --")]
    [InlineData("Release", "", "dotnet run -c Release --project src/Alerts --")]
    [InlineData("Debug", "src/Alerts", "dotnet run --")]
    [InlineData("Debug", "tests", "dotnet run --project ../src/Alerts --")]
    public void A_build_is_run_from_its_project(string configuration, string current, string command)
    {
        using var folder = new TemporaryFolder();
        var project = Path.Combine(folder.Path, "src", "Alerts");
        var program = Path.Combine(project, "bin", configuration, "net10.0");
        Directory.CreateDirectory(program);
        Directory.CreateDirectory(Path.Combine(folder.Path, "tests"));
        File.WriteAllText(Path.Combine(project, "Alerts.csproj"), "");

        Assert.Equal(
            command,
            OwnCommand.Of(
                Path.Combine(program, "alerts"),
                program + Path.DirectorySeparatorChar,
                Path.Combine(folder.Path, current)));
    }

    [Theory]
    [InlineData("/opt/my alerts/alerts", "/opt/my alerts", "./alerts")]
    [InlineData("/opt/my alerts/alerts", "/opt", "\"my alerts/alerts\"")]
    [InlineData("/opt/my alerts/alerts", "/", "\"/opt/my alerts/alerts\"")]
    [InlineData("/usr/bin/dotnet", "/opt/my alerts", "dotnet alerts.dll")]
    public void A_published_program_is_named_by_its_file(string process, string current, string command) =>
        Assert.Equal(command, OwnCommand.Of(process, "/opt/my alerts/", current));
}
