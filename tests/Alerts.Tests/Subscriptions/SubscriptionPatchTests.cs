using System.Text.Json;
using Alerts.Subscriptions;

namespace Alerts.Tests.Subscriptions;

/// <summary>Tests that an edit of a subscription is a merge patch of its preferences.</summary>
public sealed class SubscriptionPatchTests
{
    private const string Kept =
        """{"dates":["d"],"topics":["t"],"leads":["P7D","P1D"]"""
        + ""","timeZone":"Asia/Tokyo","at":"08:00","quietHours":{"from":"22:00","to":"07:00"}}""";

    [Theory]
    [InlineData("{}", Kept)]
    [InlineData(
        """{"leads": ["pt1h"]}""",
        """{"dates":["d"],"topics":["t"],"leads":["PT1H"]"""
        + ""","timeZone":"Asia/Tokyo","at":"08:00","quietHours":{"from":"22:00","to":"07:00"}}""")]
    [InlineData(
        """{"dates": null, "topics": []}""",
        """{"dates":[],"topics":[],"leads":["P7D","P1D"]"""
        + ""","timeZone":"Asia/Tokyo","at":"08:00","quietHours":{"from":"22:00","to":"07:00"}}""")]
    [InlineData(
        """{"at": null, "quietHours": null}""",
        """{"dates":["d"],"topics":["t"],"leads":["P7D","P1D"]"""
        + ""","timeZone":"Asia/Tokyo","at":"09:00","quietHours":null}""")]
    [InlineData(
        """{"quietHours": {"from": "23:00"}}""",
        """{"dates":["d"],"topics":["t"],"leads":["P7D","P1D"]"""
        + ""","timeZone":"Asia/Tokyo","at":"08:00","quietHours":{"from":"23:00","to":"07:00"}}""")]
    [InlineData(
        """{"timeZone": "UTC"}""",
        """{"dates":["d"],"topics":["t"],"leads":["P7D","P1D"]"""
        + ""","timeZone":"UTC","at":"08:00","quietHours":{"from":"22:00","to":"07:00"}}""")]
    public void What_is_named_is_replaced_and_the_rest_stays(string patch, string expected)
    {
        var (request, problems) = Patch(patch);
        Assert.Empty(problems);
        Assert.Equal(expected, PreferencesJson.ToStored(request!.Preferences));
        Assert.Null(request.Target);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("""{"channel": {"type": "email", "address": "a@b.c"}}""", "/channel")]
    [InlineData("""{"channel": null}""", "/channel")]
    [InlineData("""{"id": "sub_x"}""", "/id")]
    [InlineData("""{"colour": null}""", "/colour")]
    [InlineData("""{"at": "08:00", "at": "09:00"}""", "/at")]
    [InlineData("""{"leads": null}""", "/leads")]
    [InlineData("""{"leads": ["P1D", "x"]}""", "/leads/1")]
    [InlineData("""{"timeZone": null}""", "/timeZone")]
    [InlineData("""{"timeZone": {}}""", "/timeZone")]
    [InlineData("""{"quietHours": []}""", "/quietHours")]
    [InlineData("""{"quietHours": {"to": null}}""", "/quietHours/to")]
    [InlineData("""{"quietHours": {"to": "22:00"}}""", "/quietHours")]
    [InlineData("""{"quietHours": {"x": null}}""", "/quietHours/x")]
    public void What_is_wrong_is_named(string patch, string place)
    {
        var (request, problems) = Patch(patch);
        Assert.Null(request);
        Assert.Equal(place, Assert.Single(problems).Pointer);
    }

    private static (SubscriptionRequest? Request, List<Problem> Problems) Patch(string patch)
    {
        var problems = new List<Problem>();
        using var document = JsonDocument.Parse(patch);
        return (
            SubscriptionRequest.ReadPatch(document.RootElement, PreferencesJson.FromStored(Kept), problems), problems);
    }
}
