using Alerts.Subscriptions;

namespace Alerts.Tests.Subscriptions;

/// <summary>Tests which mail addresses can subscribe.</summary>
public sealed class MailAddressTests
{
    [Theory]
    [InlineData("a@example.com")]
    [InlineData("first.last+tag@mail.example.co.uk")]
    [InlineData("o'neil_#1@example.com")]
    [InlineData("a@localhost")]
    [InlineData("A.B@Example.COM")]
    [InlineData("a@xn--bcher-kva.example")]
    [InlineData("a@bücher.example")]
    public void A_plain_address_can(string address) => Assert.Null(MailAddress.Problem(address));

    [Theory]
    [InlineData("a@example.com", "a@example.com")]
    [InlineData("a@bücher.example", "a@xn--bcher-kva.example")]
    [InlineData("A.B@BÜCHER.example", "A.B@xn--bcher-kva.example")]
    [InlineData("a@straße.example", "a@xn--strae-oqa.example")]
    [InlineData("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah")]
    [InlineData("a@пример.рф", "a@xn--e1afmkfd.xn--p1ai")]
    [InlineData("a@例え。テスト", "a@xn--r8jz45g.xn--zckzah")]
    public void A_domain_in_unicode_is_stored_in_its_ascii_form(string address, string stored) => Assert.Equal(
        stored, MailAddress.Stored(address));

    [Theory]
    [InlineData("a@-ü.example")]
    [InlineData("a@ü_x.example")]
    [InlineData("a@bücher..example")]
    [InlineData("a@bücher.example.")]
    [InlineData("a@ü‮.example")]
    [InlineData("é@bücher.example")]
    [InlineData("a@bu\u0308cher.example")]
    [InlineData("a@\uFB01nance.example")]
    [InlineData("a@ｅxample.com")]
    [InlineData("a@💩.example")]
    public void A_name_in_unicode_that_no_domain_can_have_cannot(string address) => Assert.Null(
        MailAddress.Stored(address));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("@example.com")]
    [InlineData("a@")]
    [InlineData("a@b@c.d")]
    [InlineData(" a@example.com")]
    [InlineData("a@example.com ")]
    [InlineData("A <a@example.com>")]
    [InlineData("<a@example.com>")]
    [InlineData("a(comment)@example.com")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a@ex_ample.com")]
    [InlineData("a@-example.com")]
    [InlineData("a@example.com.")]
    [InlineData("a@example..com")]
    [InlineData("a..b@example.com")]
    [InlineData("ü@example.com")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("a\u0000@example.com")]
    [InlineData("a@example.com,b@example.com")]
    [InlineData("group:a@example.com;")]
    public void Anything_else_cannot(string address) =>
        Assert.EndsWith(".", MailAddress.Problem(address), StringComparison.Ordinal);

    [Fact]
    public void An_address_has_at_most_254_characters()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 46), 4)) + ".a"; // 189 characters
        Assert.Null(MailAddress.Problem(new string('l', 64) + "@" + domain));
        Assert.NotNull(MailAddress.Problem(new string('l', 65) + "@" + domain));
        Assert.Contains(
            "at most 254",
            MailAddress.Problem("l@" + string.Join('.', Enumerable.Repeat(new string('d', 62), 5))),
            StringComparison.Ordinal);
    }
}
