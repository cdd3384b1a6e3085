using System.Text;
using Alerts.Ledger;
using Alerts.Senders.Email;

namespace Alerts.Tests.Senders.Email;

/// <summary>Tests the meaning of SendGrid's events in every form in which they are written.</summary>
public sealed class SendGridEventsTests
{
    [Theory]
    [InlineData("half-surrogate", "al_x sub_x Refused 550 full \uFFFD|al_y sub_y Bounced ")]
    [InlineData("latin1", "al_x sub_x Refused Boîte pleine")]
    [InlineData("bounce-without-arguments", "  Bounced 550 5.1.10 recipient not found")]
    [InlineData("bounce-expired", "  Refused unable to get mx info")]
    public void The_cases_of_public_bugs_are_read(string name, string expected)
    {
        var body = File.ReadAllBytes(RepositoryRoot.At($"tests/Alerts.Tests/Senders/Email/Cases/sendgrid-{name}.json"));

        Assert.Equal(expected.Split('|'), Read(body).Select(Line));
    }

    [Theory]
    [InlineData("""{"event":"bounce","type":"bounce"}""", "Bounced")]
    [InlineData("""{"event":"bounce","type":"bounce","status":""}""", "Bounced")]
    [InlineData("""{"event":"bounce","type":"bounce","status":"5.1.1"}""", "Bounced")]
    [InlineData("""{"event":"bounce","type":"bounce","status":" 5.7.1"}""", "Bounced")]
    [InlineData("""{"event":"bounce","type":"bounce","status":"4.2.2"}""", "Refused")]
    [InlineData("""{"event":"bounce","type":"bounce","status":"2.0.0"}""", "Refused")]
    [InlineData("""{"event":"bounce","type":"bounce","status":null}""", "Bounced")]
    [InlineData("""{"event":"bounce","type":"bounce","status":4.2}""", "Refused")]
    [InlineData("""{"event":"bounce","type":"bounce","status":["4.2.2"]}""", "Refused")]
    [InlineData("""{"event":"bounce","type":"blocked","status":"5.7.1"}""", "Refused")]
    [InlineData("""{"event":"bounce","type":"expired","status":"5.4.7"}""", "Refused")]
    [InlineData("""{"event":"bounce","type":7}""", "Refused")]
    [InlineData("""{"event":"bounce"}""", "Refused")]
    [InlineData("""{"event":"blocked"}""", "Refused")]
    [InlineData("""{"event":"dropped","reason":"Bounced Address"}""", "Refused")]
    [InlineData("""{"event":"spamreport"}""", "Complaint")]
    [InlineData("""{"event":"delivered"}""", "Delivered")]
    [InlineData("""{"event":"deferred"}""", null)]
    [InlineData("""{"event":5}""", null)]
    [InlineData("""{"event":null,"type":"bounce"}""", null)]
    [InlineData("""[{"event":"bounce"}]""", null)]
    [InlineData("7", null)]
    public void Only_a_permanent_bounce_and_a_complaint_speak_of_the_mailbox(string json, string? news)
    {
        var body = Encoding.UTF8.GetBytes(
            "[" + (json.EndsWith('}') ? json[..^1] + ",\"email\":\"a@example.com\"}" : json) + "]");

        Assert.Equal(news, Read(body).SingleOrDefault()?.News.ToString());
    }

    [Theory]
    [InlineData("\"smtp-id\":\"<al_abc@alerts.example.com>\"", "al_abc", null)]
    [InlineData("\"smtp-id\":\"al_abc@alerts.example.com\"", "al_abc", null)]
    [InlineData("\"smtp-id\":\"<msg_abc@alerts.example.com>\",\"alert_key\":\"\"", "msg_abc", null)]
    [InlineData("\"smtp-id\":\"<al_abc@alerts.example.com>\",\"alert_key\":{\"a\":1},\"subscription_id\":\"sub_x\"",
        "al_abc", "sub_x")]
    [InlineData("\"smtp-id\":\"<al_other@alerts.example.com>\",\"alert_key\":\"al_x\",\"subscription_id\":\"sub_x\"",
        "al_x", "sub_x")]
    [InlineData("\"smtp-id\":\"<20251110.xyz@geopod>\"", null, null)]
    [InlineData("\"alert_key\":\"al_'; or 1 eq 1\",\"subscription_id\":\"sub_' or '\"", null, null)]
    [InlineData("\"alert_key\":\"al_x\",\"subscription_id\":[]", "al_x", null)]
    [InlineData("\"alert_keys\":\"al_x,al_y\",\"subscription_id\":\"sub_1\"", "al_x,al_y", "sub_1")]
    [InlineData("\"smtp-id\":\"<ag_x@alerts.example.com>\"", "ag_x", null)]
    public void Without_our_arguments_the_message_id_names_the_mail(string members, string? key, string? subscription)
    {
        var read = Assert.Single(
            Read(Encoding.UTF8.GetBytes($$"""[{"event":"spamreport","email":"a@example.com",{{members}}}]""")));

        Assert.Equal(
            (key, subscription), (read.Keys.Count == 0 ? null : string.Join(',', read.Keys), read.SubscriptionId));
    }

    [Theory]
    [InlineData("reader@bücher.example", "reader@xn--bcher-kva.example")]
    [InlineData(" reader@example.com ", "reader@example.com")]
    [InlineData("no address", "")]
    public void The_mailbox_is_known_by_its_stored_form(string email, string stored) =>
        Assert.Equal(stored, Assert.Single(Read(
            Encoding.UTF8.GetBytes($$"""[{"event":"spamreport","alert_key":"al_x","email":"{{email}}"}]"""))).Address);

    [Fact]
    public void A_reason_is_one_line_of_whole_characters_without_the_address()
    {
        var reason = string.Concat(Enumerable.Repeat("😀", 400)) + "\\n";
        var read = Assert.Single(Read(Encoding.UTF8.GetBytes(
            $$"""
            [{"event":"dropped","alert_key":"al_x","email":"a@example.com",
            "reason":"a@Example.com {{reason}}"}]
            """)));

        Assert.StartsWith("(address) 😀", read.Reason, StringComparison.Ordinal);
        Assert.Equal(300, read.Reason!.EnumerateRunes().Count());
        Assert.DoesNotContain('\uFFFD', read.Reason);
    }

    private static IReadOnlyList<MailEvent> Read(byte[] body) => SendGridEvents.Read(body, out _)!;

    private static string Line(MailEvent one) =>
        $"{string.Join(',', one.Keys)} {one.SubscriptionId} {one.News} {one.Reason}";
}
