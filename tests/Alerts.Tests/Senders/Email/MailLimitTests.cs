using System.Text;
using System.Text.Json;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using MimeKit;

namespace Alerts.Tests.Senders.Email;

/// <summary>
/// Tests that mails keep the limits of the RFCs whatever their titles contain. <see cref="MailCheck"/> checks them,
/// here and wherever tests read mails.
/// </summary>
public sealed class MailLimitTests
{
    private static readonly string[] Scripts = [
        "日本関税協定期限：自動車部品に対する",
        "انتهاء هدنة الرسوم الجمركية", "🎉🇪🇺👩‍👩‍👧😀",
        "äöüßé ", "plain words ", "=?x"];

    [Theory]
    [InlineData("انتهاء هدنة الرسوم الجمركية بين الولايات المتحدة والصين في العاشر من نوفمبر")]
    [InlineData("🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦 family day")]
    [InlineData("Zollsätze für Stahl und Aluminium treten in Kraft, und noch einiges mehr, das lange dauert")]
    [InlineData("A plain title that is so long that its subject has to be folded over several lines of the header")]
    [InlineData("Aplaintitleofasinglewordthatissolongthatnothingofitcanbefoldedoverseverallinesoftheheaderatall")]
    [InlineData("=?utf-8?B?b3ZlcnNpemVk?= looks like an encoded word")]
    public void Every_kind_of_mail_keeps_the_limits(string title)
    {
        foreach (var message in Kinds(title))
        {
            Assert.Contains(title[..1], Read(message).Subject, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_japanese_title_of_a_public_bug_keeps_the_limits()
    {
        using var json = JsonDocument.Parse(
            File.ReadAllBytes(RepositoryRoot.At("tests/Alerts.Tests/Senders/Email/Cases/japanese-title.json")));
        var title = json.RootElement.GetProperty("title").GetString()!;

        Assert.All(Kinds(title), message => Assert.Contains(title, Read(message).Subject, StringComparison.Ordinal));
    }

    [Fact]
    public void Service_mails_keep_the_limits()
    {
        foreach (var message in Enum.GetValues<ServiceMessage>().Except([ServiceMessage.Verification]))
        {
            Read(Mails.Service(message));
        }
    }

    [Fact]
    public void Random_titles_in_any_script_come_back_letter_by_letter()
    {
        var random = new Random(20251110);
        for (var i = 0; i < 300; i++)
        {
            var title = new StringBuilder("x");
            for (var length = random.Next(1, 150); length > 0; length--)
            {
                var runes = Scripts[random.Next(Scripts.Length)].EnumerateRunes().ToArray();
                title.Append(runes[random.Next(runes.Length)].ToString());
            }

            var message = Mails.Reminder(
                Mails.Date(title: PlainText.OneLine(title.ToString()).Trim()), "2025-11-09T14:00:00Z");
            using var composed = Mails.Composer().Compose(message);
            Assert.Equal(composed.Subject, Read(message).Subject);
        }
    }

    [Theory]
    [InlineData("Frühwarnung 関税 <alerts@example.com>", "Frühwarnung 関税", "alerts@example.com")]
    [InlineData(
        "Wächter aller Fristen in allen Ländern der Europäischen Union und anderswo <a@bücher.example>", null,
        "a@xn--bcher-kva.example")]
    public void A_sender_with_a_name_in_any_script_keeps_the_limits(string from, string? name, string address)
    {
        var composer = new MailComposer(new(new Uri("https://alerts.example.com")), Mails.Tokens, from);
        using var mail = composer.Compose(Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z"));
        using var bytes = new MemoryStream();
        mail.Prepare(EncodingConstraint.SevenBit);
        mail.WriteTo(MailFormat.OnDisk, bytes);

        var sender = Assert.Single(
            MimeMessage.Load(new MemoryStream(MailCheck.Checked(bytes.ToArray()))).From.Mailboxes);
        Assert.Equal((name ?? sender.Name, address), (sender.Name, sender.GetAddress(idnEncode: true)));
    }

    [Theory]
    [InlineData("Subject: a\nb", "bare")]
    [InlineData(
        "Subject: =?utf-8?B?44GT44KT44Gr44Gh44Gv5LiW55WM44GT44KT44Gr44Gh44Gv5LiW55WM44GT44KT44Gr44Gh44Gv5LiW55WM?=",
        "encoded word of")]
    [InlineData("Subject: =?utf-8?B?44GT44I=?=", "part of a character")]
    [InlineData("Subject: a\r\nSubject: b", "2 headers Subject")]
    [InlineData("Subject: a\r\nList-Unsubscribe: <https://example.com>", "part of the List- headers")]
    public void The_check_itself_sees_what_is_wrong(string header, string fault)
    {
        var good = Mails.Raw(Mails.Service(ServiceMessage.Confirmation));
        var bad = System.Text.RegularExpressions.Regex.Replace(good, "Subject: [^\r]*(\r\n [^\r]*)*", header);

        Assert.Contains(
            MailCheck.Faults(Encoding.ASCII.GetBytes(bad)), one => one.Contains(fault, StringComparison.Ordinal));
    }

    private static IEnumerable<OutboundMessage> Kinds(string title)
    {
        var date = Mails.Date("2026-11-10T00:01", title: title, revision: 2, summary: title);
        return
        [
            Mails.Reminder(Mails.Date(title: title, summary: title), "2025-11-09T14:00:00Z"),
            Mails.Correction(date, Mails.Date(title: title), reason: title),
            Mails.Correction(date with { Status = DateStatus.Cancelled }, Mails.Date(title: title), reason: title),
        ];
    }

    private static MimeMessage Read(OutboundMessage message) => MimeMessage.Load(
        new MemoryStream(MailCheck.Checked(Mails.Bytes(message))));
}
