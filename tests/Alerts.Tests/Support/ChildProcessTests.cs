using System.Net;
using System.Net.Sockets;

namespace Alerts.Tests.Support;

/// <summary>Tests that the output and exit codes of programs started by tests can be trusted.</summary>
public sealed class ChildProcessTests
{
    [Fact]
    public async Task The_product_is_started_from_its_own_build_and_its_exit_code_is_known()
    {
        await using var alerts = AlertsProcess.Start(["--version"]);
        Assert.Equal(0, await alerts.WaitForExitAsync(Cancel));
        Assert.Empty(alerts.Errors);
    }

    [Fact]
    public async Task A_line_is_found_before_and_after_it_was_waited_for()
    {
        await using var child = Shell("echo one; echo two");
        Assert.Equal("one", await child.WaitForLineAsync(line => line == "one", Cancel));
        Assert.Equal("two", await child.WaitForLineAsync(line => line == "two", Cancel));
        Assert.Equal("one", await child.WaitForLineAsync(line => line == "one", Cancel));
    }

    [Fact]
    public async Task A_program_that_ends_without_the_line_shows_what_it_said_instead()
    {
        await using var child = Shell("echo heard; echo trouble >&2; exit 2");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => child.WaitForLineAsync(line => line == "two", Cancel));
        Assert.Contains("heard", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, await child.WaitForExitAsync(Cancel));
        Assert.Equal(["trouble"], child.Errors.All);
    }

    [Fact]
    public async Task A_kill_takes_the_children_too_and_runs_no_handler()
    {
        await using var child = Shell("trap 'echo handled' INT TERM EXIT; tail -f /dev/null & echo $!; wait");
        var grandchild = await child.WaitForLineAsync(line => line != "", Cancel);

        child.Kill();

        Assert.Equal(137, await child.WaitForExitAsync(Cancel));
        Assert.DoesNotContain("handled", child.Output.All);
        Assert.False(IsRunning(grandchild));
    }

    [Fact]
    public async Task An_interrupt_lets_the_program_end_by_itself()
    {
        await using var child = Shell("trap 'echo handled; kill $!; exit 7' INT; tail -f /dev/null & echo ready; wait");
        await child.WaitForLineAsync(line => line == "ready", Cancel);

        child.Interrupt();

        Assert.Equal(7, await child.WaitForExitAsync(Cancel));
        Assert.Contains("handled", child.Output.All);
    }

    [Fact]
    public async Task A_program_that_ends_before_its_port_is_open_is_an_error()
    {
        await using var child = Shell("exit 0");
        await Assert.ThrowsAsync<InvalidOperationException>(() => child.WaitForPortAsync(FreePort.Next(), Cancel));
    }

    [Fact]
    public void A_free_port_can_be_listened_on_and_is_given_out_once()
    {
        var (first, second) = (FreePort.Next(), FreePort.Next());
        using var listener = new TcpListener(IPAddress.Loopback, first);
        listener.Start();
        Assert.NotEqual(first, second);
    }

    private static ChildProcess Shell(string script) => ChildProcess.Start("/bin/bash", ["-c", script]);

    /// <summary>Whether a process runs. A killed process that has not been reaped yet (state Z) does not.</summary>
    private static bool IsRunning(string processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }
}
