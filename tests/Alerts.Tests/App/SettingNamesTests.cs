using Microsoft.Extensions.Configuration;

namespace Alerts.Tests.App;

public sealed class SettingNamesTests
{
    [Theory]
    [InlineData("Alerts:Email:Provder", "did you mean Alerts:Email:Provider")]
    [InlineData("Alerts:Smtp:Host", "did you mean Alerts:Email:Smtp:Host")]
    [InlineData("Alerts:PubliUrl", "did you mean Alerts:PublicUrl")]
    [InlineData("Alerts:Webhooks:AllowedNetwork:0", "did you mean Alerts:Webhooks:AllowedNetworks")]
    [InlineData("Alerts:SomethingElseAltogether:Of:NoUse", "is not a setting")]
    public void A_misspelt_setting_is_refused_with_the_nearest_name(string name, string advice)
    {
        var error = Assert.Throws<BadSettingException>(() => SettingNames.Check(With(name)));
        Assert.StartsWith(name + " is not a setting", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("held", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Alerts_AdminKey", "Alerts__AdminKey")]
    [InlineData("ALERTS_Email__Smtp_Host", "ALERTS__Email__Smtp__Host")]
    public void A_variable_with_a_single_underscore_is_refused(string name, string advice)
    {
        var error = Assert.Throws<BadSettingException>(() => SettingNames.Check(With(name)));
        Assert.Equal($"{name} is not a setting; did you mean {advice}?", error.Message);
    }

    [Theory]
    [InlineData("ALERTS_TESTS_SEED")] // of another program
    [InlineData("Alerts:PublicUrl")]
    [InlineData("alerts:publicurl")]
    [InlineData("Alerts:Webhooks:AllowedNetworks:3")]
    [InlineData("Alerts:Webhooks:AllowedNetworks")]
    [InlineData("Alerts:ServiceBus:fullyQualifiedNamespace")]
    [InlineData("Logging:LogLevel:Default")]
    public void Known_settings_and_those_of_other_programs_are_read(string name) => SettingNames.Check(With(name));

    [Fact]
    public void Every_setting_that_the_README_names_is_known()
    {
        var readme = File.ReadAllText(RepositoryRoot.At("README.md"));
        var names = System
            .Text.RegularExpressions.Regex.Matches(readme, "`(Alerts:[A-Za-z:]+)`")
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            SettingNames.Check(With(name));
        }
    }

    private static IConfiguration With(string name) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(name, "held")]).Build();
}
