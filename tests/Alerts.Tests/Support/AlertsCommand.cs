namespace Alerts.Tests.Support;

/// <summary>One completed run of the executable.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">The lines of stdout.</param>
/// <param name="Errors">The lines of stderr.</param>
internal sealed record AlertsCommand(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    /// <summary>Runs the executable and waits for its end.</summary>
    /// <param name="arguments">The arguments after <c>alerts</c>.</param>
    /// <param name="settings">Environment variables (<c>Alerts__Store</c>).</param>
    public static async Task<AlertsCommand> RunAsync(
        IEnumerable<string> arguments, CancellationToken cancel, IReadOnlyDictionary<string, string>? settings = null,
        string? workingDirectory = null)
    {
        await using var process = AlertsProcess.Start(arguments, workingDirectory, settings);
        var exitCode = await process.WaitForExitAsync(cancel);
        return new AlertsCommand(exitCode, process.Output, process.Errors);
    }
}
