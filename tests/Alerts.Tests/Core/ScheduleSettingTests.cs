using Microsoft.Extensions.Configuration;

namespace Alerts.Tests.Core;

public sealed class ScheduleSettingTests
{
    [Theory]
    [InlineData("0 */5 * * * *")]
    [InlineData("0,30 0-10/2 9-17 1,15 JAN-MAR Mon-Fri")]
    public void What_the_host_reads_is_valid(string text) => Check(text);

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("0 * * * * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("0 * * * 13 *")]
    [InlineData("0 * * * * Someday")]
    [InlineData("00:05:00")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains("cron expression", Assert.Throws<BadSettingException>(() => Check(text)).Message);

    private static void Check(string text) =>
        new Settings(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Alerts:Watch:Schedule", text)]).Build()).CheckSchedule("Watch:Schedule");
}
