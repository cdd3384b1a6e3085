using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders.Email;
using Alerts.Sources;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Tests.Web;

/// <summary>
/// Sends random and boundary requests to every route of the API's document and checks the responses against it.
/// </summary>
public sealed class FuzzFacts
{
    private const int Requests = 20_000;
    private const int Clients = 8;

    private static readonly string[] ContentTypes =
    [
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "application/xml",
        "nonsense",
        "application/merge-patch+json",
    ];
    private static readonly string[] Accepted =
    ["application/json", "text/html", "*/*", "text/html,application/json;q=0.5", "nonsense"];

    /// <summary>Operations that end a subscription; they are never called for one in <see cref="standing"/>.</summary>
    private static readonly string[] Ending = ["deleteSubscription", "unsubscribe"];

    /// <summary>Owners of subscriptions that last until the end of the test.</summary>
    private readonly List<Owner> standing = [];

    /// <summary>Owners of the newest subscriptions, made by the requests.</summary>
    private readonly ConcurrentQueue<Owner> newest = new();

    /// <summary>Open proposals, each used by one request.</summary>
    private readonly ConcurrentQueue<string> proposals = new();

    private readonly ConcurrentDictionary<string, int> answers = new();
    private readonly ConcurrentDictionary<string, bool> judged = new();
    private readonly ConcurrentBag<string> wrong = [];

    [Fact]
    public async Task No_request_makes_the_service_fail_or_answer_what_its_description_does_not_say()
    {
        await using var service = await TestService.StartAsync();
        var openApi = (await service.GetAsync(ApiDocument.Path)).Text;
        await service.AddDateAsync("date-1", "2025-10-25");
        await service.AddDateAsync("date-2", "2025-11-10");
        for (var i = 0; i < 3; i++)
        {
            standing.Add(OwnerOf((await service.SubscribeWebhookAsync()).Id, service));
            standing.Add(OwnerOf(
                (await service.SubscribeEmailAsync(FormattableString.Invariant($"reader{i}@example.com"))).Id,
                service));
        }

        await ProposeAsync(service);
        service.Clock.JumpTo(TestService.Start + NodaTime.Duration.FromHours(9));
        Assert.Equal(3, (await service.Settle("webhook", new Alerts.Ledger.Delivered(200, "ok"))).Count);

        // The seed is fixed: a failure is reproducible, apart from the order in which the clients take turns.
        await Task.WhenAll(
            Enumerable.Range(0, Clients)
                .Select(client =>
                    Task.Run(() => SendAllAsync(service, new ApiContract(openApi), new Random(20251110 + client)))));

        Assert.True(wrong.IsEmpty, string.Join("\n", wrong.Take(10)));
        var operations = new ApiContract(openApi).Operations;
        // Most routes must succeed at least once, which shows that requests pass the first checks.
        var opened = operations
            .Where(operation => answers.Keys.Any(key => key.StartsWith(operation + " 2", StringComparison.Ordinal)))
            .ToList();
        Assert.True(
            opened.Count >= operations.Count * 9 / 10, "Only these were ever done: " + string.Join(", ", opened));
    }

    /// <summary>Creates proposals that wait for review, from a source that no request names.</summary>
    private async Task ProposeAsync(TestService service)
    {
        var source = new Source
        {
            Id = "kept",
            Type = SourceType.ICalendar,
            Url = "https://127.0.0.1/c.ics",
            Enabled = false
        };
        var sources = service.Get<ISources>();
        var state = new SourceState { Source = source, AddedAt = TestService.Start, NextAt = TestService.Start };
        await sources.SaveAsync(state, CancellationToken.None);
        var entries = Enumerable.Range(0, Requests / 10).Select(i =>
        {
            var date = new SourceDate
            {
                Id = FormattableString.Invariant($"kept-{i}"),
                Title = "Proposed",
                When = World.MomentOf("2025-11-11"),
            };
            var entry = new SourceEntry { SourceId = source.Id, KeyDateId = date.Id, Read = date.ToContent() };
            return entry with
            {
                Proposal = Proposal.Of(entry, ProposedChange.Added, date.ToContent(), null, TestService.Start),
            };
        }).ToList();
        await sources.SaveEntriesAsync(entries, CancellationToken.None);
        entries.ForEach(entry => proposals.Enqueue(entry.Proposal!.Id));
    }

    private async Task SendAllAsync(TestService service, ApiContract contract, Random random)
    {
        var values = new RandomJson(contract, random);
        for (var i = 0; i < Requests / Clients && wrong.Count < 20; i++)
        {
            var operation = contract.Operations[i % contract.Operations.Count];
            using var request = Make(operation, values);
            var sent =
                $"{request.Method} {request.RequestUri} {request.Headers.ToString().ReplaceLineEndings(" ")} "
                + $"{(request.Content is null ? "" : await request.Content.ReadAsStringAsync())}";
            using var response = await service.Client.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            var status = (int)response.StatusCode;
            answers.AddOrUpdate(FormattableString.Invariant($"{operation} {status}"), 1, (_, count) => count + 1);
            var type = response.Content.Headers.ContentType?.MediaType;
            if (judged.TryAdd($"{operation} {status} {type} {request.Method} {body}", true)
                && Wrong(contract, operation, request.Method, status, type, body) is { } what)
            {
                wrong.Add(
                    $"{status}: {what}\n  {sent[..Math.Min(sent.Length, 1000)]}\n  {body[..Math.Min(body.Length, 500)]}"
                );
            }

            if (operation.Id == "subscribe" && status == 201)
            {
                newest.Enqueue(OwnerOf((string)JsonNode.Parse(body)!["id"]!, service));
            }
        }
    }

    private static string? Wrong(
        ApiContract contract, ApiOperation operation, HttpMethod method, int status, string? type, string body)
    {
        try
        {
            return method == HttpMethod.Head
                ? (
                    body.Length > 0 ? "HEAD has a body"
                    : ApiContract.IsDescribed(operation, status) ? null
                    : "the status is not described")
                : contract.Wrong(operation, status, type, body);
        }
        catch (JsonException e)
        {
            return "no JSON: " + e.Message;
        }
    }

    private static Owner OwnerOf(string id, TestService service)
    {
        var tokens = service.Get<Tokens>();
        var subscription = NewSubscription.Of(
            new Target(Subscribing.Email, ""),
            World.Preferences("P1D"),
            new SubscriptionIdentity(id, ""),
            TestService.Start); // tokens contain only its id
        return new Owner(
            id,
            tokens.Make(TokenPurpose.Manage, subscription),
            tokens.Make(TokenPurpose.Confirm, subscription),
            tokens.Make(TokenPurpose.Unsubscribe, subscription),
            tokens.Make(TokenPurpose.Calendar, subscription));
    }

    private HttpRequestMessage Make(ApiOperation operation, RandomJson values)
    {
        Owner[] fresh = [.. newest]; // another client may take all of them meanwhile
        var owner = Ending.Contains(operation.Id)
            ? newest.TryDequeue(out var last)
                ? last
                : new Owner("sub_nobody", "nothing", "nothing", "nothing", "nothing")
            : values.Any<Owner>(values.Chance(0.7) || fresh.Length == 0 ? standing : fresh);
        var path = operation.Path;
        var query = new List<string>();
        var headers = new List<(string, string)>();
        foreach (var parameter in operation.Parameters)
        {
            var name = (string)parameter["name"]!;
            switch ((string)parameter["in"]!)
            {
                case "path":
                    path = path.Replace(
                        "{" + name + "}", InPath(operation, name, owner, values), StringComparison.Ordinal);
                    break;
                case "query" when values.Chance(0.3):
                    query.Add($"{name}={Uri.EscapeDataString(values.Text(name))}");
                    break;
                case "header" when values.Chance(0.4):
                    headers.Add((name, values.Text(name)));
                    break;
            }
        }

        if (query.Count > 0 && values.Chance(0.05))
        {
            query.Add(query[0]);
        }

        var isRead = operation.Method == "GET";
        var request = new HttpRequestMessage(
            isRead && values.Chance(0.1) ? HttpMethod.Head : new HttpMethod(operation.Method),
            path + (query.Count > 0 ? "?" + string.Join('&', query) : ""));
        foreach (var (name, value) in headers.Where(header => header.Item2.All(c => c is >= ' ' and <= '~')))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Accept", values.Any(Accepted));
        if (values.Chance(0.9))
        {
            var token =
                values.Chance(0.05) ? "nonsense"
                : path.StartsWith("/api/subscriptions", StringComparison.Ordinal) ? owner.Token
                : TestService.AdminKey;
            request.Headers.TryAddWithoutValidation("Authorization", values.Chance(0.97) ? "Bearer " + token : token);
        }

        if (operation.Body is { } body && values.Chance(0.98))
        {
            request.Content = new ByteArrayContent(values.Body(body));
            request.Content.Headers.TryAddWithoutValidation(
                "Content-Type", values.Chance(0.9) ? "application/json" : values.Any(ContentTypes));
        }

        if (operation.Id == "takeSendGridEvents" && values.Chance(0.7))
        {
            Sign(request);
        }

        return request;
    }

    /// <summary>Signs a request as SendGrid does; most bodies are then signed nonsense.</summary>
    private static void Sign(HttpRequestMessage request)
    {
        const string Timestamp = "1700000000";
        byte[] signed = [.. Encoding.UTF8.GetBytes(Timestamp), .. request.Content?.ReadAsByteArrayAsync().Result ?? []];
        request.Headers.Remove(SendGridEvents.TimestampHeader);
        request.Headers.Remove(SendGridEvents.SignatureHeader);
        request.Headers.Add(SendGridEvents.TimestampHeader, Timestamp);
        request.Headers.Add(
            SendGridEvents.SignatureHeader,
            Convert.ToBase64String(
                TestService.EventKey.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
        );
    }

    /// <summary>
    /// Returns one path segment. The client would remove a segment of dots, and a zero byte is rejected before routing.
    /// </summary>
    private string InPath(ApiOperation operation, string name, Owner owner, RandomJson values)
    {
        var known = name switch
        {
            "token" => operation.Path.Split('/')[1] switch
            {
                "confirm" => owner.Confirm,
                "calendar" => owner.Calendar,
                _ => owner.Unsubscribe,
            },
            "key" => AlertKey.Of(owner.Id, "date-1", 1, AlertKind.Reminder, "P1D"),
            _ when operation.Path.StartsWith("/api/subscriptions", StringComparison.Ordinal) => owner.Id,
            _ when operation.Path.StartsWith("/api/proposals", StringComparison.Ordinal) =>
                proposals.TryDequeue(out var proposal) ? proposal : "prop_none",
            _ => values.Any(["date-1", "date-2", "date-3", "date-4", "date-5"]),
        };
        var text = values.Chance(0.85) ? known : values.Text(name).Replace("\0", "", StringComparison.Ordinal);
        return text.Trim('.', ' ').Length == 0 ? known : Uri.EscapeDataString(text);
    }

    /// <summary>A subscription's id and tokens.</summary>
    private sealed record Owner(string Id, string Token, string Confirm, string Unsubscribe, string Calendar);
}
