using System.Net;
using System.Text.RegularExpressions;

namespace Alerts.Tests.Web;

/// <summary>Uses the operator's pages as a browser does: signs in, reads forms and sends them.</summary>
internal static partial class AdminBrowser
{
    /// <summary>Signs in and returns the session's cookie and the token of its forms.</summary>
    public static async Task<(string Cookie, string Form)> SignInAsync(TestService service)
    {
        var cookie = Cookie(await PostAsync(service, null, "/admin/sign-in", ("key", TestService.AdminKey)));
        return (
            cookie,
            Fields((await service.SendAsync(HttpMethod.Get, "/admin/new", headers: ("Cookie", cookie))).Text)["form"]);
    }

    public static string Cookie(Reply signedIn) => signedIn.Headers["Set-Cookie"].Split(';')[0];

    public static async Task<Reply> PostAsync(
        TestService service, string? cookie, string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.OfAsync(response);
    }

    /// <summary>Returns the first input of each name with its value, except radio buttons.</summary>
    public static Dictionary<string, string> Fields(string page) =>
        Input()
            .Matches(page)
            .Select(match => (Name: Name().Match(match.Value), Value: Value().Match(match.Value), match.Value))
            .Where(input => input.Name.Success && !input.Item3.Contains("radio", StringComparison.Ordinal))
            .GroupBy(input => input.Name.Groups[1].Value)
            .ToDictionary(group => group.Key, group => WebUtility.HtmlDecode(group.First().Value.Groups[1].Value));

    [GeneratedRegex("<input [^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex(" name=\"([^\"]*)\"")]
    private static partial Regex Name();

    [GeneratedRegex(" value=\"([^\"]*)\"")]
    private static partial Regex Value();
}
