using Alerts.Core;
using Xunit;

namespace Alerts.Tests.Core;

public sealed class CronFormatTests
{
    [Theory]
    [InlineData("0 * * * * *")]
    [InlineData("0 */5 * * * *")]
    [InlineData("0,30 0-10/2 9-17 1,15 JAN-mar Mon-Friday")]
    [InlineData("0  0 0 31 12 6")]
    public void What_the_host_reads_is_valid(string text) => Assert.True(CronFormat.IsValid(text));

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("0 * * * * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("0 * 24 * * *")]
    [InlineData("0 * * 0 * *")]
    [InlineData("0 * * * 13 *")]
    [InlineData("0 * * * * 7")]
    [InlineData("0 */0 * * * *")]
    [InlineData("0 5- * * * *")]
    [InlineData("0 10-5 * * * *")]
    [InlineData("0 -5 * * * *")]
    [InlineData("0 1,,2 * * * *")]
    [InlineData("0 1/2/3 * * * *")]
    [InlineData("0 * * * Jun-Jan *")]
    [InlineData("0 * * * * Someday")]
    [InlineData("00:05:00")]
    [InlineData("every minute")]
    public void Anything_else_is_not(string text) => Assert.False(CronFormat.IsValid(text));
}
