using Xunit;

namespace Alerts.Tests;

public sealed class SmokeTest
{
    [Fact]
    public void Arithmetic_holds() => Assert.Equal(2, 1 + 1);
}
