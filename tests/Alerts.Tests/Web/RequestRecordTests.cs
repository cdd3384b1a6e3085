using System.Text.Json;
using Alerts.Dates;
using Alerts.Sources;
using Alerts.Subscriptions;
using Alerts.Web;

namespace Alerts.Tests.Web;

/// <summary>The records that describe requests have the members that the readers of their bodies know.</summary>
public sealed class RequestRecordTests
{
    private static readonly Preferences Kept = PreferencesJson.FromStored("""{"leads":["P1D"],"timeZone":"UTC"}""");

    public static TheoryData<string, string, string> Requests => new()
    {
        { nameof(KeyDateRequest), """{"other":1}""", "/other" },
        { nameof(MomentRequest), """{"when":{"other":1}}""", "/when/other" },
        { nameof(EndRequest), """{"end":{"other":1}}""", "/end/other" },
        { nameof(SourceRequest), """{"other":1}""", "/other" },
        { nameof(RegisterQueryBody), """{"type":"federalRegister","query":{"other":1}}""", "/query/other" },
        { nameof(SubscribeRequest), """{"other":1}""", "/other" },
        { nameof(EmailChannelRequest), """{"channel":{"type":"email","other":1}}""", "/channel/other" },
        { nameof(WebhookChannelRequest), """{"channel":{"type":"webhook","other":1}}""", "/channel/other" },
        { nameof(QuietHoursBody), """{"quietHours":{"other":1}}""", "/quietHours/other" },
        { nameof(PreviewRequest), """{"other":1}""", "/other" },
        { nameof(SubscriptionPatchBody), """{"other":1}""", "/other" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_record_has_the_members_that_are_known(string record, string body, string place)
    {
        var problems = new List<Problem>();
        using var document = JsonDocument.Parse(body);
        Read(record, document.RootElement, problems);
        var unknown = problems.Single(problem => problem.Pointer == place).Detail;
        var type = typeof(ApiJson).Assembly.GetType($"Alerts.Web.{record}", throwOnError: true)!;
        var members = ApiJson.Options.GetTypeInfo(type).Properties.Select(member => member.Name);
        Assert.Equal(
            members.Concat(type.BaseType == typeof(ChannelRequest) ? ["type"] : []).Order(),
            unknown[(unknown.IndexOf("known are ", StringComparison.Ordinal) + 10)..^2].Split(", ").Order());
    }

    /// <summary>A form sends the members in the names and types that the readers take.</summary>
    [Fact]
    public void What_a_record_holds_is_read()
    {
        var request = new SubscribeRequest
        {
            Channel = new EmailChannelRequest { Address = "a@example.com" },
            Leads = ["P1D"],
            TimeZone = "UTC",
            QuietHours = new QuietHoursBody("22:00", "07:00"),
        };
        var problems = new List<Problem>();
        using var document = ApiJson.Sent(request);
        var read = SubscriptionRequest.ReadNew(document.RootElement, Subscribing.Channels, problems);
        Assert.Empty(problems);
        Assert.Equal(("email", "a@example.com"), (read!.Target!.Channel.Name, read.Target.Address));
        Assert.Equal(new QuietHours(new LocalTime(22, 0), new LocalTime(7, 0)), read.Preferences.QuietHours);
    }

    private static void Read(string record, JsonElement body, List<Problem> problems)
    {
        switch (record)
        {
            case nameof(KeyDateRequest) or nameof(MomentRequest) or nameof(EndRequest):
                KeyDateJson.Read(body, "", "a", problems, out _);
                break;
            case nameof(SourceRequest) or nameof(RegisterQueryBody):
                SourceJson.Read(body, "a", problems);
                break;
            case nameof(PreviewRequest):
                SubscriptionRequest.ReadPreview(body, Subscribing.Channels, problems);
                break;
            case nameof(SubscriptionPatchBody):
                SubscriptionRequest.ReadPatch(body, Kept, problems);
                break;
            default:
                SubscriptionRequest.ReadNew(body, Subscribing.Channels, problems);
                break;
        }
    }
}
