using System.Text;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using CsCheck;

namespace Alerts.Tests.Queue;

public sealed class AlertMessageTests
{
    private static readonly Instant At = Instant.FromUtc(2025, 11, 10, 5, 1);

    private static readonly Gen<AlertMessage> Messages =
        from size in Gen.Int[1, 20]
        from kind in Gen.Enum<AlertKind>()
        from number in Gen.Int[1, 12]
        from isWritten in Gen.Bool
        from expires in Gen.Bool
        from isOfSeveral in Gen.Bool
        from ids in Gen.String[Gen.Char['a', 'z'], 26, 26].Array[size]
        select new AlertMessage(
            "email",
            7,
            [
                .. ids.Select(id => new LedgerName(
                    "sub_" + id,
                    kind == AlertKind.Service ? "" : isOfSeveral ? id : "date",
                    3,
                    kind,
                    "P1D")),
            ],
            number,
            At,
            isWritten
                ?
                [
                    .. ids.Select(
                        (id, i) =>
                            new WrittenRow(
                                At,
                                expires ? At + Duration.FromDays(isOfSeveral ? i + 1 : 1) : null,
                                At - Duration.FromDays(1),
                                Tag(id))),
                ]
                : null);

    [Fact]
    public void What_is_posted_is_what_is_received() => Messages.Sample(message =>
    {
        var read = AlertMessage.Read(message.ToBody())!; // the body was written by ToBody

        Assert.Equal(message with { Alerts = read.Alerts, Written = read.Written }, read);
        Assert.Equal(message.Alerts, read.Alerts);
        Assert.Equal(message.Written, read.Written);
    });

    /// <summary>Bodies of an earlier version: fresh alerts, a correction in retries, a service message.</summary>
    [Theory]
    [InlineData(
        """
        {"channel":"email","lane":0,"number":1,"notBefore":1762750860000,"date":"truce","revision":2,"kind":1,
         "lead":"P1D","dueAt":1762750860000,"expires":1762837260000,"createdAt":1762664460000,
         "alerts":[{"key":"al_1","subscription":"sub_1","tag":"a"},{"key":"al_2","subscription":"sub_2","tag":"b"}]}
        """,
        "truce 2 Reminder P1D sub_1, truce 2 Reminder P1D sub_2",
        2)]
    [InlineData(
        """
        {"channel":"webhook","lane":7,"number":3,"notBefore":1762750860000,"date":"truce","revision":2,"kind":3,
         "lead":"-","alerts":[{"key":"al_1","subscription":"sub_1"}]}
        """,
        "truce 2 Cancelled - sub_1",
        0)]
    [InlineData(
        """
        {"channel":"email","lane":0,"number":1,"notBefore":1762750860000,"date":"","revision":0,"kind":0,
         "lead":"msg_1","dueAt":1762750860000,"createdAt":1762750860000,
         "alerts":[{"key":"msg_1","subscription":"sub_1","tag":"a"}]}
        """,
        " 0 Service msg_1 sub_1",
        1)]
    public void A_message_of_an_earlier_version_is_read(string body, string alerts, int written)
    {
        var read = AlertMessage.Read(Encoding.UTF8.GetBytes(body))!; // null fails the test

        Assert.Equal(At, read.NotBefore);
        Assert.Equal(alerts, string.Join(", ", read.Alerts.Select(one => FormattableString.Invariant(
            $"{one.KeyDateId} {one.Revision} {one.Kind} {one.Lead} {one.SubscriptionId}"))));
        Assert.Equal(written, read.Written?.Count ?? 0);
        Assert.All(read.Written ?? [], one => Assert.Equal(At, one.DueAt));
    }

    [Fact]
    public void A_body_cut_or_changed_anywhere_is_read_or_refused_and_never_crashes() =>
        Gen.Select(Messages, Gen.Double.Unit, Gen.Byte).Sample((message, place, sign) =>
        {
            var body = message.ToBody();
            var at = (int)(place * (body.Length - 1));
            AlertMessage.Read(body.AsMemory(0, at));
            body[at] = sign;
            AlertMessage.Read(body);
        });

    /// <summary>The limit is 256 KB in the Standard tier, less what the broker adds.</summary>
    [Fact]
    public void A_thousand_alerts_with_the_longest_names_go_into_one_message_of_Service_Bus()
    {
        var name = new LedgerName(
            "sub_" + new string('x', 26), new string('d', 64), 999_999, AlertKind.Reminder, "500BD/US-FEDERAL");
        var message = new AlertMessage(
            "email", long.MaxValue, [.. Enumerable.Repeat(name, AlertMessage.Max)], 1, At,
            [.. Enumerable.Repeat(new WrittenRow(At, At, At, Tag("")), AlertMessage.Max)]);
        var ofSeveral = message with
        {
            Alerts =
            [.. message.Alerts.Select((alert, i) => alert with { Revision = 999_999 - i % AlertMessage.MaxTexts })],
        };

        Assert.InRange(message.ToBody().Length, 1, 250 * 1024);
        Assert.InRange(ofSeveral.ToBody().Length, 1, 250 * 1024);
    }

    /// <summary>Returns an ETag in the form that Table Storage uses.</summary>
    private static string Tag(string _) => "W/\"datetime'2025-11-10T05%3A01%3A00.1234567Z'\"";

    [Fact]
    public void Its_id_is_the_first_key_and_the_number_of_the_send()
    {
        var message = new AlertMessage(
            "webhook",
            1,
            [new LedgerName("sub_1", "date", 1, AlertKind.Reminder, "P1D")],
            4,
            At);

        Assert.Equal(AlertKey.Of("sub_1", "date", 1, AlertKind.Reminder, "P1D") + ".4", message.Id);
        Assert.Contains("\"key\":\"al_", Encoding.UTF8.GetString(message.ToBody()), StringComparison.Ordinal);
    }
}
