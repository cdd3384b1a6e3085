using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Kills the executable again and again while dates move. It runs on a fast clock against a real SMTP server and a
/// webhook endpoint. The receivers drop repeated keys, as the contract tells them to. CI kills it less often than the
/// full run (ALERTS_TESTS_FULL=1).
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed partial class A_process_killed_at_any_moment_loses_no_alert(ITestOutputHelper output)
{
    private const int KillsOfCi = 12;
    private const int AllKills = 50;
    private const int Mailed = 5;
    private const int Hooked = 15;

    /// <summary>Simulated seconds per real second: at 3,000, one second is 50 minutes.</summary>
    private const double Speed = 3000;

    /// <summary>
    /// Maximum number of sends that one process has in progress: mails in total, and requests per host.
    /// </summary>
    private const int SlotsOfMail = 16;
    private const int SlotsPerHost = 4;

    /// <summary>Every subscriber asks for PT0S, which no later lead supersedes, and for some of these.</summary>
    private static readonly string[] Leads = ["PT24H", "PT16H", "PT12H", "PT9H", "PT6H", "PT4H", "PT3H", "PT2H",
        "PT1H", "PT20M"];

    /// <summary>Seeds that once revealed bugs: a lost correction, and a reminder that had rightly expired.</summary>
    private static readonly int[] SeedsOfFaults = [367301469, 2010740967];

    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 8, 0);

    private static bool IsFull => Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";

    /// <summary>
    /// A random seed, which ALERTS_TESTS_SEED replaces; with ALERTS_TESTS_FULL=1 also <see cref="SeedsOfFaults"/>.
    /// </summary>
    public static TheoryData<int> Seeds =>
    [
        int.TryParse(Environment.GetEnvironmentVariable("ALERTS_TESTS_SEED"), out var given) ? given
            : Random.Shared.Next(),
        .. IsFull ? SeedsOfFaults : [],
    ];

    [Theory]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public async Task Every_owed_alert_arrives_and_only_interrupted_sends_are_repeated(int seed)
    {
        var kills = IsFull ? AllKills : KillsOfCi;
        output.WriteLine($"Seed {seed}, {kills} kills");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        await using var mailServer = await MailServer.StartAsync(Cancel);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = WebhookReceiver.ConsumeAsync;
        await using var service = new AlertsService(
            folder.At("data"),
            ("Alerts__Email__Provider", "Smtp"), ("Alerts__Email__From", "alerts@example.com"),
                ("Alerts__Email__Smtp__Security", "None"),
            ("Alerts__Email__Smtp__Host", "127.0.0.1"),
                ("Alerts__Email__Smtp__Port", FormattableString.Invariant($"{mailServer.SmtpPort}")));
        await service.StartAsync(Start, speed: 1, Cancel);
        var subscriptions = await SubscribeAsync(service, mailServer, receiver);
        Assert.Equal(Mailed + Hooked, subscriptions.Count);
        var clock = await service.KillAsync();

        var changes = new RandomChanges(service, random);
        for (var kill = 1; kill <= kills; kill++)
        {
            clock = await LiveAndDieAsync(service, clock, changes, random, kill);
        }

        // The remaining alerts fall due with no further kills.
        await service.StartAsync(clock, 10_000, Cancel);
        var end = await LastStartAsync(service) + Duration.FromHours(1);
        // A run under way may still enqueue alerts: what one that began after the end does is complete.
        await Eventually.BecomesTrueAsync(
            "a watch run began and ended after all dates had passed",
            async () => (await service.CallAsync(HttpMethod.Get, "/api/stats", Cancel))!["lastRun"] is { } run
                && InstantOf(run["startedAt"]) > end, Cancel);
        await Eventually.BecomesTrueAsync(
            "nothing is open", async () => (await RowsAsync(service)).All(row =>
                State(row) is "delivered" or "expired" or "void"), Cancel);
        var rows = await RowsAsync(service);
        var histories = await HistoriesAsync(service);
        Assert.Equal(0, await service.StopAsync(Cancel));

        var arrivals = (await mailServer.MailsAsync(Cancel)).SelectMany(Arrival.In)
            .Concat(receiver.Received.Select(Arrival.Of).OfType<Arrival>()).ToList();
        var distinct = arrivals.DistinctBy(arrival => arrival.Key).Count();
        output.WriteLine($"{rows.Count} rows, {arrivals.Count} arrivals, {distinct} of them distinct");
        await LedgerAgreesAsync(service, rows, arrivals);
        OnlyWhatWasBrokenOffComesTwice(rows, arrivals, kills);
        Assert.All(changes.Acknowledged, change => Assert.Contains(histories[change.Id], version =>
            InstantOf(version!["keyDate"]!["when"]!["instant"]) == change.At
                && (string)version["keyDate"]!["status"]! == change.Status));
        NobodyWasLeftBehind(histories, rows, arrivals, subscriptions);
    }

    /// <summary>
    /// Subscribes mailboxes, confirmed through the links in their mails, and endpoints, verified by their answers.
    /// </summary>
    /// <returns>The ids of all subscriptions.</returns>
    private static async Task<IReadOnlyList<string>> SubscribeAsync(AlertsService service,
        MailServer mailServer, WebhookReceiver receiver)
    {
        var hooks = new List<WebhookSubscription>();
        for (var i = 0; i < Hooked; i++)
        {
            hooks.Add(await service.SubscribeWebhookAsync($"{receiver.Address}hook/{i}", LeadsOf(i), Cancel));
        }

        for (var i = 0; i < Mailed; i++)
        {
            await service.CallAsync(HttpMethod.Post, "/api/subscriptions", Cancel, new JsonObject
            {
                ["channel"] = new JsonObject { ["type"] = "email", ["address"] = $"reader{i}@example.com" },
                ["leads"] = new JsonArray([.. LeadsOf(i).Select(lead => (JsonNode)lead)]),
                ["timeZone"] = "Asia/Tokyo",
            });
        }

        var ids = hooks.Select(hook => hook.Id).ToList();
        foreach (var mail in await mailServer.WaitForMailsAsync(Mailed, Cancel))
        {
            var link = ConfirmLink().Match(mail.Text!);
            await service.CallAsync(HttpMethod.Post, link.Value, Cancel);
            ids.Add(link.Groups["id"].Value);
        }

        await service.ActiveAsync(hooks, Cancel);
        return ids;
    }

    private static IEnumerable<string> LeadsOf(int subscriber) =>
        Leads.Where((_, place) => (place + subscriber) % 3 != 0).Append("PT0S");

    /// <summary>
    /// Runs one process, changing dates until it is killed. Every sixth process is killed while it is still starting;
    /// every second one only after a change is recorded, however slow the machine is.
    /// </summary>
    private static async Task<Instant> LiveAndDieAsync(AlertsService service, Instant clock, RandomChanges changes,
        Random random, int number)
    {
        service.Begin(clock, Speed);
        if (number % 6 == 0)
        {
            await Task.Delay(random.Next(50, 900), Cancel);
            return await service.KillAsync();
        }

        await service.ListeningAsync(Cancel);
        using var life = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var (chance, changed) = (random.NextDouble(), changes.Acknowledged.Count);
        var changing = changes.KeepChangingAsync(life.Token);
        while (number % 2 == 0 && changes.Acknowledged.Count == changed && !changing.IsCompleted)
        {
            await Task.Delay(10, Cancel);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(100 + 1400 * chance * chance), Cancel);
        var reached = await service.KillAsync();
        await life.CancelAsync();
        await changing;
        return reached;
    }

    private static async Task LedgerAgreesAsync(AlertsService service, List<JsonNode> rows, List<Arrival> arrivals)
    {
        var audit = await service.AuditAsync(Cancel);
        Assert.Equal("", string.Join(' ', ((string[])["missing", "unexpected", "stale", "failed", "queued", "sending",
            "retrying"]).Where(state => (long)audit[state]! != 0)));
        var delivered = rows.Where(row => State(row) == "delivered").Select(Key).ToHashSet();
        Assert.Equal((long)audit["delivered"]!, delivered.Count);

        // Of the other alerts, only those may have arrived whose attempt was broken off and which were then superseded
        // or expired.
        var mayHaveArrived = rows.Where(row => BrokenOff(row) > 0).Select(Key).ToHashSet();
        var arrived = arrivals.Select(arrival => arrival.Key).ToHashSet();
        Assert.Empty(delivered.Except(arrived));
        Assert.Empty(arrived.Except(delivered).Except(mayHaveArrived));
        Assert.All(rows, row => Assert.Equal(
            ContractKey.Of((string)row["subscriptionId"]!, (string)row["keyDateId"]!, (int)row["revision"]!,
                (string)row["kind"]!, (string)row["lead"]!), Key(row)));
    }

    private static void OnlyWhatWasBrokenOffComesTwice(List<JsonNode> rows, List<Arrival> arrivals, int kills)
    {
        var brokenOff = rows.ToDictionary(Key, BrokenOff);
        Assert.All(arrivals.CountBy(arrival => arrival.Key), key =>
            Assert.InRange(key.Value, 1, 1 + brokenOff[key.Key]));
        // One mail may carry an alert for every date.
        var most = SlotsOfMail * RandomChanges.MaxDates + SlotsPerHost;
        Assert.InRange(brokenOff.Values.Sum(), IsFull ? 1 : 0, (kills + 1) * most);
    }

    /// <summary>
    /// Checks that for each date that took place, every subscriber got its PT0S reminder or that reminder expired, and
    /// that the last alert every subscriber got is true.
    /// </summary>
    private static void NobodyWasLeftBehind(
        IReadOnlyDictionary<string, JsonArray> histories, List<JsonNode> rows, List<Arrival> arrivals,
            IReadOnlyList<string> subscriptions)
    {
        foreach (var (id, history) in histories)
        {
            var now = history[^1]!["keyDate"]!;
            var changedAt = history.Where(version => (string)version!["change"]! != "edited").Max(version =>
                InstantOf(version!["recordedAt"]));
            if (InstantOf(now["when"]!["instant"]) <= changedAt)
            {
                continue; // a slow machine changed it after it had begun: nothing is owed
            }

            foreach (var subscription in subscriptions)
            {
                var heard = arrivals.Where(arrival => arrival.DateId == id
                    && arrival.SubscriptionId == subscription).ToList();
                var its = rows.Where(row => (string)row["keyDateId"]! == id
                    && (string)row["subscriptionId"]! == subscription).ToList();
                if (Fault(history, now, its, heard,
                    ContractKey.Of(subscription, id, (int)now["revision"]!, "reminder", "PT0S")) is { } fault)
                {
                    Assert.Fail($"{subscription} and {id}: {fault}\nHistory\n{Lines(history)}\nRows\n{Lines(its)}\n"
                        + $"Arrivals\n{Lines(heard)}");
                }
            }
        }
    }

    private static string? Fault(JsonArray history, JsonNode now, List<JsonNode> rows, List<Arrival> heard,
        string atItsMoment)
    {
        // Real-time lateness depends on the machine, so the ledger decides whether the reminder came too late.
        var hasExpired = rows.Exists(row => Key(row) == atItsMoment && State(row) == "expired");
        if (heard.MaxBy(arrival => arrival.Revision) is not { } last)
        {
            // A subscriber who was never notified of the date needs no cancellation.
            return IsCancelled(now) || hasExpired ? null : "nothing was heard";
        }

        var told = history.Last(version => (int)version!["keyDate"]!["revision"]! == last.Revision)!["keyDate"]!;
        return last.IsCancelled != IsCancelled(now)
            || (!IsCancelled(now) && !JsonNode.DeepEquals(told["when"], now["when"]))
                ? $"r{last.Revision} was heard last and is no longer true"
            : !IsCancelled(now) && !hasExpired && !heard.Exists(arrival => arrival.Key == atItsMoment)
                ? "nothing was heard when it began"
            : null;
    }

    private static string Lines<T>(IEnumerable<T> all) =>
        string.Join('\n', all.Select(one => "  " + (one is JsonNode json ? json.ToJsonString() : one?.ToString())));

    /// <summary>Lists the alerts of all subscriptions, without service messages.</summary>
    private static async Task<List<JsonNode>> RowsAsync(AlertsService service)
    {
        var rows = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await service.CallAsync(HttpMethod.Get, "/api/deliveries?limit=200" + cursor, Cancel);
            rows.AddRange(page!["items"]!.AsArray().OfType<JsonNode>().Where(row => (string)row["kind"]! != "service"));
            cursor = (string?)page["cursor"] is { } next ? "&cursor=" + Uri.EscapeDataString(next) : null;
        }

        return rows;
    }

    /// <summary>
    /// The latest start among the recorded dates. The last change requested may not be among them: the process may have
    /// been killed before recording it.
    /// </summary>
    private static async Task<Instant> LastStartAsync(AlertsService service) =>
        (await DatesAsync(service)).Max(date => InstantOf(date!["when"]!["instant"]));

    private static async Task<JsonArray> DatesAsync(AlertsService service) =>
        (await service.CallAsync(HttpMethod.Get, "/api/dates?limit=200&from=2000-01-01", Cancel))!["items"]!.AsArray();

    private static async Task<IReadOnlyDictionary<string, JsonArray>> HistoriesAsync(AlertsService service)
    {
        var histories = new Dictionary<string, JsonArray>();
        foreach (var date in await DatesAsync(service))
        {
            var id = (string)date!["id"]!;
            histories[id] = (await service.CallAsync(HttpMethod.Get, $"/api/dates/{id}/history",
                Cancel))!["items"]!.AsArray();
        }

        return histories;
    }

    private static string Key(JsonNode row) => (string)row["alertKey"]!;

    private static string State(JsonNode row) => (string)row["state"]!;

    private static int BrokenOff(JsonNode row) =>
        row["attempts"]!.AsArray().Count(attempt =>
            ((string?)attempt!["response"])?.StartsWith("broken off", StringComparison.Ordinal) == true);

    private static bool IsCancelled(JsonNode date) => (string)date["status"]! == "cancelled";

    private static Instant InstantOf(JsonNode? text) => InstantPattern.ExtendedIso.Parse((string)text!).Value;

    [GeneratedRegex(@"/confirm/(?<id>[^.\s]+)\.\S+")]
    private static partial Regex ConfirmLink();
}
