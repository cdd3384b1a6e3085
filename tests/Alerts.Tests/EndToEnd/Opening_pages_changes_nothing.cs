using System.Text.RegularExpressions;
using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

public sealed partial class Opening_pages_changes_nothing
{
    private static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 8, 0);

    [Fact]
    public async Task A_scanner_that_opens_every_link_of_every_mail_and_page_changes_nothing()
    {
        await using var world = await PagesWorld.StartAsync(Start, Cancel);
        var service = world.Service;
        var subscriptions = service.Get<ISubscriptions>();
        var pending = (
            await subscriptions.SubscribeEmailAsync(
                "other@example.com", World.Preferences("P1D"), SubscriptionIdentity.Random(), Cancel))!;
        service.JumpTo(service.Now);
        await Eventually.BecomesTrueAsync(
            "its mail lies in the outbox",
            () => Task.FromResult(service.Mails().Any(mail => mail.To.ToString() == "other@example.com")),
            Cancel);
        Subscription[] before = [world.Reader, world.Endpoint, pending];
        var known = await Task.WhenAll(before.Select(one => subscriptions.FindAsync(one.Id, Cancel)));
        var mailsBefore = service.Mails().Count;

        var opened = new HashSet<string>();
        var ahead = new Queue<string>(
            service
                .Mails()
                .SelectMany(mail => LinksOf(mail.TextBody + mail.HtmlBody))
                .Concat(world.Pages().Select(page => page.Path)));
        while (ahead.TryDequeue(out var next) && opened.Count < 400)
        {
            var address = new Uri(service.Url, System.Net.WebUtility.HtmlDecode(next));
            if (address.Authority != service.Url.Authority || !opened.Add(address.PathAndQuery))
            {
                continue;
            }

            foreach (var method in (HttpMethod[])[HttpMethod.Head, HttpMethod.Get])
            {
                using var request = new HttpRequestMessage(method, address);
                request.Headers.Accept.ParseAdd("text/html");
                using var answer = await service.Http.SendAsync(request, Cancel);
                Assert.True(
                    (int)answer.StatusCode < 500, $"{method} {address.AbsolutePath} answered {(int)answer.StatusCode}");
                if (method == HttpMethod.Get && answer.Content.Headers.ContentType?.MediaType == "text/html")
                {
                    foreach (var link in LinksOf(await answer.Content.ReadAsStringAsync(Cancel)))
                    {
                        ahead.Enqueue(new Uri(address, System.Net.WebUtility.HtmlDecode(link)).AbsoluteUri);
                    }
                }
            }
        }

        Assert.True(opened.Count > 30, $"only {opened.Count} links were found");
        var after = await Task.WhenAll(before.Select(one => subscriptions.FindAsync(one.Id, Cancel)));
        Assert.Equal(
            known.Select(one => (one!.Status, one.Generation, one.Secrets.Count)),
            after.Select(one => (one!.Status, one.Generation, one.Secrets.Count)));
        Assert.Equal(SubscriptionStatus.Pending, after[2]!.Status);
        Assert.Equal(mailsBefore, service.Mails().Count);
    }

    private static IEnumerable<string> LinksOf(string text) =>
        Link().Matches(text).Select(link => link.Groups["to"].Value).Where(link => !link.StartsWith('#'));

    /// <summary>
    /// Matches what a link scanner follows: a URL, or the value of an attribute that links or posts somewhere.
    /// </summary>
    [GeneratedRegex(@"(?:href|action|src)=""(?<to>[^""]+)""|(?<to>https?://[^\s<>""]+)")]
    private static partial Regex Link();
}
