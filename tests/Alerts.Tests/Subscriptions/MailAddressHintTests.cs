using Alerts.Subscriptions;

namespace Alerts.Tests.Subscriptions;

public sealed class MailAddressHintTests
{
    [Theory]
    [InlineData("jane@exmaple", "jane@example.com")]
    [InlineData("jane@exmaple.com", "jane@example.com")]
    [InlineData("jane@gmial.com", "jane@gmail.com")]
    [InlineData("jane@gmail.co", "jane@gmail.com")]
    [InlineData("jane@outlok.com", "jane@outlook.com")]
    public void A_likely_typing_mistake_is_asked_about(string address, string meant) =>
        Assert.Contains($"Did you mean {meant}?", MailAddressHint.Of(address), StringComparison.Ordinal);

    [Fact]
    public void A_domain_without_an_ending_is_asked_about() =>
        Assert.Contains("'intranet' has no ending", MailAddressHint.Of("jane@intranet"), StringComparison.Ordinal);

    [Theory]
    [InlineData("jane@example.com")]
    [InlineData("jane@example.org")]
    [InlineData("jane@gmx.ch")]
    [InlineData("jane@mail.com")]
    [InlineData("jane@ymail.com")]
    [InlineData("jane@alerts.gov.uk")]
    public void Other_addresses_are_taken_as_they_are(string address) => Assert.Null(MailAddressHint.Of(address));
}
