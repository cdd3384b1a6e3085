namespace Alerts.Tests.Core;

public sealed class ZoneSearchTests
{
    [Theory]
    [InlineData("Berlin", "Europe/Berlin")]
    [InlineData("new york", "America/New_York")]
    [InlineData("New_York", "America/New_York")]
    [InlineData("munich", "Europe/Berlin")]
    [InlineData("Washington DC", "America/New_York")]
    [InlineData("Beijing", "Asia/Shanghai")]
    [InlineData("Mumbai", "Asia/Kolkata")]
    [InlineData("europe/paris", "Europe/Paris")]
    [InlineData("utc", "UTC")]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    [InlineData("US/Eastern", "US/Eastern")]
    [InlineData("Atlantis", "Atlantis")]
    [InlineData("", "")]
    public void A_city_finds_its_zone_and_what_is_none_stays(string typed, string zone) =>
        Assert.Equal(zone, ZoneSearch.Resolve(typed));

    [Fact]
    public void All_that_is_offered_is_found() =>
        Assert.All(ZoneSearch.Offered, one => Assert.NotNull(Zones.Find(ZoneSearch.Resolve(one.Name))));
}
