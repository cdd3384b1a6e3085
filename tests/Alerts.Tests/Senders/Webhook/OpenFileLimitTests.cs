using Alerts.Senders.Webhook;

namespace Alerts.Tests.Senders.Webhook;

public sealed class OpenFileLimitTests
{
    [Theory]
    [InlineData("1024", 409)]
    [InlineData("20000", 8000)]
    [InlineData("2", 1)]
    [InlineData("unlimited", int.MaxValue)]
    public void Connections_get_two_fifths_of_the_open_files(string soft, int expected) =>
        Assert.Equal(expected, OpenFileLimit.MaxConnectionsOf(
            $"""
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             96364                96364                processes
            Max open files            {soft,-20} 1048576              files
            Max locked memory         8388608              8388608              bytes

            """));

    [Fact]
    public void A_system_that_does_not_say_its_limit_sets_none() =>
        Assert.Equal(int.MaxValue, OpenFileLimit.MaxConnectionsOf(""));
}
