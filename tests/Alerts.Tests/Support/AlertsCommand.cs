namespace Alerts.Tests.Support;

/// <summary>One run of the executable to its end.</summary>
/// <param name="Errors">The lines of stderr.</param>
internal sealed record AlertsCommand(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    /// <param name="arguments">As typed after <c>alerts</c>.</param>
    /// <param name="settings">Environment variables (<c>Alerts__Store</c>).</param>
    public static async Task<AlertsCommand> RunAsync(
        IEnumerable<string> arguments, CancellationToken cancel, IReadOnlyDictionary<string, string>? settings = null, string? workingDirectory = null)
    {
        await using var process = AlertsProcess.Start(arguments, workingDirectory, settings);
        var exitCode = await process.WaitForExitAsync(cancel);
        return new AlertsCommand(exitCode, process.Output, process.Errors);
    }
}
