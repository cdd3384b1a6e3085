using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Alerts.Tests.Support.Functions;
using Alerts.Tests.Support.ServiceBus;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Runs the published folder as on Azure, but without Azure: under the fake Functions host, with Table Storage
/// (Azurite), a fake Service Bus, a fake SendGrid and a webhook receiver. Each of them can be stopped and started. The
/// subscribers are those of the demo.
/// </summary>
internal sealed partial class FakeAzure : IAsyncDisposable
{
    public const string AdminKey = "key of the operator";

    private static readonly string[] Queues = ["email", "webhook", "webhook-slow"];

    private readonly TemporaryFolder _folder;
    private readonly StoppableAzurite _azurite;
    private readonly FakeServiceBus _bus;
    private readonly FakeSendGrid _sendGrid;
    private readonly WebhookReceiver _receiver;
    private readonly Gate _mails;
    private readonly Gate _hooks;
    private readonly Dictionary<string, string> _settings;
    private readonly string _published;
    private AlertsProcess? _alone;

    private FakeAzure(
        TemporaryFolder folder, StoppableAzurite azurite, FakeServiceBus bus, FakeSendGrid sendGrid,
        WebhookReceiver receiver)
    {
        (_folder, _azurite, _bus, _sendGrid, _receiver) = (folder, azurite, bus, sendGrid, receiver);
        (_mails, _hooks) = (new Gate(sendGrid.Host.Port), new Gate(receiver.Address.Port));
        _mails.Open();
        _hooks.Open();
        _settings = new Dictionary<string, string>
        {
            ["Alerts__PublicUrl"] = "https://alerts.example.com",
            ["Alerts__AdminKey"] = AdminKey,
            ["Alerts__Store"] = "TableStorage",
            ["Alerts__TableStorage__ConnectionString"] = azurite.ConnectionString,
            ["Alerts__Queue"] = "ServiceBus",
            ["Alerts__ServiceBus__ConnectionString"] = bus.ConnectionString,
            ["Alerts__Email__Provider"] = "SendGrid",
            ["Alerts__Email__From"] = "alerts@example.com",
            ["Alerts__Email__SendGrid__ApiKey"] = FakeSendGrid.ApiKey,
            ["Alerts__Email__SendGrid__ApiHost"] = _mails.Address.GetLeftPart(UriPartial.Authority),
            ["Alerts__Webhooks__AllowLoopback"] = "true",
        };
        // A file always has a folder.
        _published = Path.GetDirectoryName(RealPart.Require("publish/alerts", "dotnet publish src/Alerts -o publish"))!;
    }

    public FakeFunctionsHost Host { get; private set; } = null!; // set by StartAsync

    public AzureApi Api => new(this);

    /// <summary>A client for the service.</summary>
    public HttpClient Http => _alone?.Http ?? Host.Http;

    /// <summary>The time of the service's clock.</summary>
    public Instant Now => _alone is null ? Host.Now : ShownClock.Read(_folder.Path).Now;

    public int ProcessId => _alone?.Id ?? Host.ProcessId;

    public IEnumerable<string> Output => _alone is null ? Host.Output : [.. _alone.Output, .. _alone.Errors];

    /// <summary>Delay before a receiver answers; zero by default.</summary>
    public Func<TimeSpan> Hesitation { get; set; } = () => TimeSpan.Zero;

    /// <summary>
    /// Maps a subscription's id to the demo subscriber it is modelled on, as <c>demo --json</c> names it.
    /// </summary>
    public Dictionary<string, string> Subscribers { get; } = [];

    /// <summary>Stops and starts each service that the product depends on, by name.</summary>
    public IReadOnlyList<(string Name, Func<Task> Stop, Func<Task> Start)> Services =>
    [
        ("Table Storage", () => _azurite.StopAsync(Cancel), () => _azurite.ResumeAsync(Cancel)),
        ("Service Bus", () => Done(StopBus), () => Done(ResumeBus)),
        ("SendGrid", () => Done(_mails.Shut), () => Done(_mails.Open)),
        ("the webhook receiver", () => Done(_hooks.Shut), () => Done(_hooks.Open)),
    ];

    /// <summary>Every alert that has arrived, repeats included: its key and its subscription.</summary>
    public IEnumerable<(string Key, string SubscriptionId)> Arrivals =>
        _sendGrid
            .Personalizations.Select(mail => mail.GetProperty("custom_args"))
            .SelectMany(about =>
                KeysIn(about).Select(key => (Key: key, about.GetProperty("subscription_id").GetString()!)))
            .Concat(
                _receiver.Received.Select(hook =>
                    (
                        Key: hook.Headers["webhook-id"],
                        (string?)JsonNode.Parse(hook.Body)!["data"]!["subscriptionId"] ?? "")))
            .Where(one => one.Key.StartsWith("al_", StringComparison.Ordinal));

    private static string[] KeysIn(JsonElement about) =>
        about.TryGetProperty("alert_keys", out var several)
            ? several.GetString()!.Split(',') // SendGrid sends a string
            : [about.GetProperty("alert_key").GetString()!]; // exactly one of the two is present

    /// <summary>Ids of the messages in the dead-letter queues.</summary>
    public IReadOnlyList<string?> DeadLetters =>
        [.. Queues.SelectMany(queue => _bus[queue].DeadLetters!.Ids)]; // every queue has one

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="settings">Settings in addition to the default ones.</param>
    public static async Task<FakeAzure> StartAsync(params (string Name, string Value)[] settings)
    {
        var folder = new TemporaryFolder();
        // The same rules as in infra/, except for the lock: each cut connection would cost its five minutes of real
        // time.
        var rules = new FakeQueueRules { LockFor = TimeSpan.FromSeconds(15), MaxDeliveries = 1000 };
        var bus = FakeServiceBus.Start(Queues, rules);
        var azure = new FakeAzure(
            folder, await StoppableAzurite.StartAsync(folder.At("azurite"), Cancel), bus,
            await FakeSendGrid.StartAsync(), await WebhookReceiver.StartAsync());
        foreach (var (name, value) in settings)
        {
            azure._settings[name] = value;
        }

        azure.Host = await FakeFunctionsHost.CreateAsync(azure._published, folder.Path, bus, azure._settings);
        azure._receiver.Answer = async (context, hook) =>
        {
            await Task.Delay(azure.Hesitation(), context.RequestAborted);
            await WebhookReceiver.ConsumeAsync(context, hook);
        };
        azure._sendGrid.Instead = async context =>
        {
            await Task.Delay(azure.Hesitation(), context.RequestAborted);
            return false;
        };
        return azure;
    }

    /// <summary>
    /// Subscribes the demo's three subscribers <paramref name="times"/> times; returns when all are active.
    /// </summary>
    public async Task SubscribeAsync(int times)
    {
        var hooks = new List<JsonNode>();
        for (var i = 0; i < times; i++)
        {
            await Api.CallAsync(HttpMethod.Post, "/api/subscriptions", Mailbox(
                "newyork", i, """{"leads":["P7D","P1D","PT1H","P0D"],"timeZone":"America/New_York"}"""));
            await Api.CallAsync(HttpMethod.Post, "/api/subscriptions", Mailbox(
                "tokyo", i,
                """
                {"topics":["us-china"],"leads":["P3D","P1D","P0D"],"timeZone":"Asia/Tokyo","at":"08:00",
                 "quietHours":{"from":"22:00","to":"07:00"}}
                """));
            var hook = JsonNode.Parse("""{"topics":["tariffs"],"leads":["P14D","P1D","PT0S"],"timeZone":"UTC"}""")!;
            hook["channel"] = new JsonObject
            {
                ["type"] = "webhook",
                ["url"] = new Uri(_hooks.Address, $"/{i}").AbsoluteUri,
            };
            hooks.Add(await Api.CallAsync(HttpMethod.Post, "/api/subscriptions", hook));
            Subscribers[(string)hooks[^1]["id"]!] = "webhook";
        }

        await Eventually.BecomesTrueAsync(
            "each mailbox is asked to confirm", () => Task.FromResult(_sendGrid.Personalizations.Count() == 2 * times),
            Cancel);
        foreach (var mail in _sendGrid.Personalizations)
        {
            var to = mail.GetProperty("to")[0].GetProperty("email").GetString()!;
            var id = mail.GetProperty("custom_args").GetProperty("subscription_id").GetString()!;
            Subscribers[id] = Index().Replace(to, "@");
            var token = mail.GetProperty("substitutions").EnumerateObject()
                .Single(one => one.Name.Contains("confirm", StringComparison.Ordinal)).Value.GetString();
            await Api.CallAsync(HttpMethod.Post, "/confirm/" + token);
        }

        foreach (var hook in hooks)
        {
            var (path, token) = ("/api/subscriptions/" + (string)hook["id"]!, (string)hook["manageToken"]!);
            await Eventually.BecomesTrueAsync(
                "each endpoint is verified",
                async () => (string)(await Api.CallAsync(HttpMethod.Get, path, token: token))["status"]! == "active",
                Cancel);
        }
    }

    /// <summary>Starts the service stand-alone instead of a worker under the host.</summary>
    public async Task StartAloneAsync(Instant at, double speed)
    {
        _alone = AlertsProcess.Start(
            [
                "serve", "--urls", "http://127.0.0.1:0", "--data", _folder.Path,
                "--clock", InstantPattern.ExtendedIso.Format(at),
                "--speed", speed.ToString(CultureInfo.InvariantCulture),
            ],
            _folder.Path,
            _settings);
        await _alone.WaitForListeningAsync(Cancel);
    }

    /// <summary>Asks the service to stop. Returns its exit code.</summary>
    public Task<int> TerminateAsync()
    {
        _alone?.Terminate();
        return _alone?.WaitForExitAsync(Cancel) ?? Host.TerminateAsync(Cancel);
    }

    /// <summary>Kills the worker and starts it again with its clock at <paramref name="at"/>.</summary>
    public async Task GoOnAsync(Instant at, double speed)
    {
        await Host.KillAsync();
        await Host.StartAsync(at, speed, Cancel);
    }

    /// <summary>
    /// Waits until the host has ticked at or after an instant and every alert due by that tick is settled.
    /// </summary>
    public Task SettledAsync(Instant at) =>
        Eventually.BecomesTrueAsync(
            $"what was due at {at} is at its end",
            async () =>
                Host.Ticked >= at
                && (await Task.WhenAll(new[] { "queued", "sending", "retrying" }.Select(Api.DeliveriesAsync)))
                    .All(open => open.Count == 0),
            Cancel);

    /// <summary>Runs <c>alerts audit</c> with the published executable.</summary>
    public async Task<AlertsCommand> AuditAsync()
    {
        await using var process = ChildProcess.Start(
            Path.Combine(_published, "alerts"),
            ["audit", "--json", "--data", _folder.Path],
            environment: _settings.ToDictionary(one => one.Key, string? (one) => one.Value));
        var exitCode = await process.WaitForExitAsync(Cancel);
        return new AlertsCommand(exitCode, process.Output.All, process.Errors.All);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        if (_alone is not null)
        {
            await _alone.DisposeAsync();
        }

        _mails.Dispose();
        _hooks.Dispose();
        _bus.Dispose();
        await _azurite.DisposeAsync();
        await _sendGrid.DisposeAsync();
        await _receiver.DisposeAsync();
        _folder.Dispose();
    }

    private static JsonNode Mailbox(string name, int index, string preferences)
    {
        var body = JsonNode.Parse(preferences)!;
        body["channel"] = new JsonObject
        {
            ["type"] = "email",
            ["address"] = FormattableString.Invariant($"{name}{(index == 0 ? "" : $"+{index}")}@example.com"),
        };
        return body;
    }

    private void StopBus()
    {
        Host.Pause(true);
        _bus.Stop();
    }

    private void ResumeBus()
    {
        _bus.Resume();
        Host.Pause(false);
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    /// <summary>The part of an address that tells subscribers modelled on the same one apart.</summary>
    [GeneratedRegex(@"\+[0-9]+@")]
    private static partial Regex Index();
}
