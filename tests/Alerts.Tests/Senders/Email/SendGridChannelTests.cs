using System.Text;
using System.Text.Json;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Subscriptions;

namespace Alerts.Tests.Senders.Email;

/// <summary>Tests what is requested of SendGrid.</summary>
public sealed class SendGridChannelTests : SendGridTest
{
    [Fact]
    public async Task A_thousand_readers_of_one_text_are_one_request_in_which_each_has_what_is_their_own()
    {
        var readers = Readers(1000);

        var results = await SendAsync(readers);

        Assert.All(results, result => Assert.Equal(202, Assert.IsType<Delivered>(result).Status));
        Assert.Single(Server.Requests);
        Assert.Equal(readers.Select(Expected), Server.Personalizations.Select(Own));
    }

    // After the tags are replaced, the reader sees exactly the mail that SMTP would deliver.
    [Fact]
    public async Task Every_reader_reads_what_a_mail_of_their_own_would_say()
    {
        OutboundAlert[] readers =
        [
            .. Readers(
                3,
                Mails.Correction(
                    Mails.Date("2026-11-10T00:01", title: "Talks =?x", revision: 2), Mails.Date(), reason: "An order")),
        ];

        await SendAsync(readers);

        var request = Assert.Single(Server.Requests);
        foreach (var (reader, own) in readers.Zip(Server.Personalizations))
        {
            using var alone = Mails.Composer().Compose(reader);
            Assert.Equal(alone.Subject, request.GetProperty("subject").GetString());
            Assert.Equal(alone.TextBody, Read(request, own, 0));
            Assert.Equal(alone.HtmlBody, Read(request, own, 1));
            var attached = Assert.Single(request.GetProperty("attachments").EnumerateArray());
            Assert.Equal(
                Calendar(alone), Encoding.UTF8.GetString(attached.GetProperty("content").GetBytesFromBase64()));
        }
    }

    [Fact]
    public async Task Emails_of_the_same_alerts_are_one_request_and_name_them_all()
    {
        OutboundDigest[] readers = [.. Enumerable.Range(0, 3).Select(i =>
        {
            var subscription = Mails.Subscriber(address: $"reader{i}@example.com") with { Id = $"sub_{i}" };
            return DigestMailTests.Of([.. DigestMailTests.Corrections().Alerts.Select(alert =>
                alert with { Subscription = subscription })]);
        })];

        await SendAsync(readers);

        var request = Assert.Single(Server.Requests);
        foreach (var (reader, own) in readers.Zip(Server.Personalizations))
        {
            using var alone = Mails.Composer().Compose(reader);
            Assert.Equal(alone.Subject, request.GetProperty("subject").GetString());
            Assert.Equal(alone.TextBody, Read(request, own, 0));
            Assert.Equal(alone.HtmlBody, Read(request, own, 1));
            var attached = Assert.Single(request.GetProperty("attachments").EnumerateArray());
            Assert.Equal(
                Calendar(alone), Encoding.UTF8.GetString(attached.GetProperty("content").GetBytesFromBase64()));
            Assert.Equal(
                string.Join(',', reader.Keys), own.GetProperty("custom_args").GetProperty("alert_keys").GetString());
            Assert.False(own.GetProperty("custom_args").TryGetProperty("alert_key", out _));
            Assert.Equal(
                $"<{reader.Id}@example.com>", own.GetProperty("headers").GetProperty("Message-ID").GetString());
            Assert.Equal(
                string.Join(", ", reader.Keys), own.GetProperty("headers").GetProperty("X-Alerts-Keys").GetString());
        }
    }

    [Fact]
    public async Task A_service_mail_goes_alone_with_its_own_link()
    {
        var message = Mails.Service(ServiceMessage.Confirmation);

        Assert.IsType<Delivered>(Assert.Single(await SendAsync([message])));

        var link =
            "https://alerts.example.com/confirm/" + Mails.Tokens.Make(TokenPurpose.Confirm, message.Subscription);
        Assert.Contains(
            link, Read(Assert.Single(Server.Requests), Server.Personalizations.Single(), 0), StringComparison.Ordinal);
        Assert.False(Server.Personalizations.Single().GetProperty("headers").TryGetProperty("List-Unsubscribe", out _));
    }

    [Fact]
    public async Task Nobody_follows_the_readers_links_or_adds_an_unsubscribe_of_its_own()
    {
        await SendAsync(Readers(1));

        var tracking = Assert.Single(Server.Requests).GetProperty("tracking_settings");
        Assert.All(["click_tracking", "open_tracking", "subscription_tracking"], name =>
            Assert.False(tracking.GetProperty(name).TryGetProperty("enable", out var isOn) && isOn.GetBoolean()));
    }

    [Fact]
    public async Task An_erased_address_does_not_spoil_the_request_for_the_others()
    {
        var readers = Readers(3);
        readers[1] = readers[1] with { Subscription = readers[1].Subscription with { Address = "" } };

        var results = await SendAsync(readers);

        Assert.Equal(
            [typeof(Delivered), typeof(GaveUp), typeof(Delivered)], results.Select(result => result.GetType()));
        Assert.Equal(2, Server.Personalizations.Count());
    }

    [Fact]
    public void The_key_does_not_show() =>
        Assert.DoesNotContain(
            FakeSendGrid.ApiKey, new SendGridOptions(FakeSendGrid.ApiKey, Server.Host).ToString(),
            StringComparison.Ordinal);

    private static string Expected(OutboundAlert reader) =>
        string.Join(
            '\n',
            reader.Subscription.Address,
            reader.Id,
            reader.Subscription.Id,
            $"<{reader.Id}@example.com>",
            "<https://alerts.example.com/unsubscribe/"
            + $"{Mails.Tokens.Make(TokenPurpose.Unsubscribe, reader.Subscription)}>",
            "List-Unsubscribe=One-Click",
            "Alerts <alerts.alerts.example.com>");

    private static string Own(JsonElement personalization)
    {
        string? Of(string member, string name) => personalization.GetProperty(member).GetProperty(name).GetString();
        return string.Join(
            '\n', personalization.GetProperty("to").EnumerateArray().Single().GetProperty("email").GetString(),
            Of("custom_args", "alert_key"), Of("custom_args", "subscription_id"), Of("headers", "Message-ID"),
            Of("headers", "List-Unsubscribe"), Of("headers", "List-Unsubscribe-Post"), Of("headers", "List-Id"));
    }

    /// <summary>Returns a part of the body as SendGrid renders it for one reader.</summary>
    private static string Read(JsonElement request, JsonElement personalization, int part) =>
        personalization.GetProperty("substitutions").EnumerateObject().Aggregate(
            request.GetProperty("content")[part].GetProperty("value").GetString()!,
            (text, tag) => text.Replace(tag.Name, tag.Value.GetString(), StringComparison.Ordinal));

    private static string Calendar(MimeKit.MimeMessage mail)
    {
        using var bytes = new MemoryStream();
        Assert.IsType<MimeKit.TextPart>(Assert.Single(mail.Attachments)).Content?.DecodeTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
