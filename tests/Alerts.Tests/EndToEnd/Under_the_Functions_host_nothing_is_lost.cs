using System.Text.Json.Nodes;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Plays the weeks of the demo on the published folder, as on Azure but without Azure. Whatever fails meanwhile, the
/// same alerts arrive as stand-alone. CI kills the worker 5 times, the full run (ALERTS_TESTS_FULL=1) 50 times.
/// </summary>
[Collection(RealProcesses.UnderTheHost)]
public sealed class Under_the_Functions_host_nothing_is_lost(ITestOutputHelper output)
{
    /// <summary>Kills in each storm, during which every service is also stopped in turn.</summary>
    private static readonly int StormKills = IsFull ? 22 : 4;

    /// <summary>Kills outside the storms.</summary>
    private static readonly int OtherKills = IsFull ? 6 : 1;

    /// <summary>Number of due instants, from the first, that the storms of CI play.</summary>
    private const int CiInstants = 5;

    /// <summary>Number of subscribers modelled on each of the demo's.</summary>
    private const int Crowd = 12;

    /// <summary>
    /// Simulated seconds per real second. The lease of a killed worker takes half an hour of simulated time to expire,
    /// which is too short for a later lead to supersede an alert.
    /// </summary>
    private const double Speed = 30;

    /// <summary>
    /// Simulated seconds per real second in a storm: retries after minutes come soon. Nothing is due for a day after a
    /// storm.
    /// </summary>
    private const double StormSpeed = 60;

    /// <summary>How long before a due instant the worker starts.</summary>
    private static readonly Duration Before = Duration.FromSeconds(30);

    private static readonly Instant Start = Instant.FromUtc(2025, 10, 24, 0, 0);
    private static readonly Instant End = Instant.FromUtc(2025, 11, 12, 0, 0);

    private static bool IsFull => Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";

    [Fact]
    public async Task The_demos_weeks_bring_the_same_alerts_keys_and_audit_as_stand_alone()
    {
        using var folder = new TemporaryFolder();
        var story = await DemoStory.RunAsync(folder.At("demo"), Cancel);
        await using var azure = await FakeAzure.StartAsync();
        await azure.Host.StartAsync(Start, Speed, Cancel);
        await azure.SubscribeAsync(times: 1);

        foreach (var due in story.Instants.Append(End))
        {
            await azure.GoOnAsync(due - Before, Speed);
            await azure.SettledAsync(due);
        }

        var arrived = azure.Arrivals.ToList();
        Assert.Equal(arrived.Count, arrived.Distinct().Count());
        Assert.Equal(story.Alerts.Order(), (await TheyToldAsync(azure, arrived)).Order());
        var audit = await azure.AuditAsync();
        Assert.True(audit.ExitCode == 0, string.Join('\n', audit.Errors));
        Assert.Equal(story.Audit, Assert.Single(audit.Output));
        Assert.Empty(azure.DeadLetters);
    }

    [Fact]
    public async Task Nor_is_anything_when_the_worker_is_killed_at_random_and_each_service_stopped_in_turn()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var story = await DemoStory.RunAsync(folder.At("demo"), Cancel);
        await using var azure = await FakeAzure.StartAsync();
        await azure.Host.StartAsync(Start, Speed, Cancel);
        await azure.SubscribeAsync(Crowd);

        var instants = story.Instants.Take(IsFull ? int.MaxValue : CiInstants).ToList();
        Instant[] ends = [instants[0], instants[^1]];
        Instant[] storms = IsFull ? ends : [ends[random.Next(ends.Length)]];
        var killed = Enumerable.Range(0, OtherKills).Select(_ => instants[random.Next(1, instants.Count - 1)]).ToList();
        foreach (var due in instants)
        {
            if (storms.Contains(due))
            {
                await azure.GoOnAsync(due - Before, StormSpeed);
                await StormAsync(azure, random);
            }
            else
            {
                await azure.GoOnAsync(due - Before, Speed);
                await KillAsync(azure, killed.Count(at => at == due), Speed, random);
            }

            await azure.SettledAsync(due);
            output.WriteLine($"{due} is settled at {TimeProvider.System.GetUtcNow():T}");
        }

        var arrived = azure.Arrivals.ToList();
        var owed = azure
            .Subscribers.SelectMany(one =>
                story
                    .Alerts.Where(alert => alert.To == one.Value && alert.Due <= instants[^1])
                    .Select(alert =>
                        (
                            Key: ContractKey.Of(one.Key, alert.KeyDateId, alert.Revision, alert.Kind, alert.Lead),
                            SubscriptionId: one.Key)))
            .ToList();
        output.WriteLine(
            $"{owed.Count} owed, {arrived.Count} arrivals, {arrived.Distinct().Count()} of them distinct; "
            + $"put aside: {string.Join(' ', azure.DeadLetters)}");
        Assert.Empty(await DescribeAsync(azure, owed.Except(arrived)));
        Assert.Empty(arrived.Except(owed));
        var attempts = (await azure.Api.DeliveriesAsync("delivered")).ToDictionary(
            row => (string)row["alertKey"]!, row => row["attempts"]!.AsArray().Count);
        Assert.All(arrived.CountBy(one => one.Key), key => Assert.InRange(key.Value, 1, attempts[key.Key]));
        await azure.SettledAsync(instants[^1] + Duration.FromMinutes(1)); // the audit ends where the last run began
        var audit = await azure.AuditAsync();
        Assert.True(audit.ExitCode == 0, string.Join('\n', audit.Output.Concat(audit.Errors)));
        var counted = JsonNode.Parse(Assert.Single(audit.Output))!;
        Assert.Equal((owed.Count, owed.Count), ((int)counted["owed"]!, (int)counted["delivered"]!));
    }

    /// <summary>
    /// Slows the receivers down and kills the worker repeatedly, while each service is stopped and started.
    /// </summary>
    private static async Task StormAsync(FakeAzure azure, Random random)
    {
        var services = azure.Services.OrderBy(_ => random.Next()).ToList();
        var (waits, outages) = (
            services.ConvertAll(_ => random.Next(500, 2000)),
            services.ConvertAll(_ => random.Next(500, 3000)));
        azure.Hesitation = () => TimeSpan.FromMilliseconds(Random.Shared.Next(1000));
        var killing = KillAsync(azure, StormKills, StormSpeed, random);
        foreach (var ((_, stop, start), i) in services.Select((service, i) => (service, i)))
        {
            await Task.Delay(waits[i], Cancel);
            await stop();
            await Task.Delay(outages[i], Cancel);
            await start();
        }

        await killing;
        azure.Hesitation = () => TimeSpan.Zero;
    }

    private static async Task KillAsync(FakeAzure azure, int times, double speed, Random random)
    {
        for (var kill = 0; kill < times; kill++)
        {
            await Task.Delay(random.Next(100, 2000), Cancel);
            await azure.GoOnAsync(azure.Host.Now, speed);
        }
    }

    private static async Task<IReadOnlyList<string>> DescribeAsync(
        FakeAzure azure, IEnumerable<(string Key, string SubscriptionId)> alerts)
    {
        var rows = await azure.Api.DeliveriesAsync(state: null);
        return
        [
            .. alerts.Select(alert =>
                rows.FirstOrDefault(row => (string)row["alertKey"]! == alert.Key)?.ToJsonString() ?? alert.Key),
        ];
    }

    /// <summary>Looks up each arrival in the ledger, and checks that its key follows the contract.</summary>
    private static async Task<IReadOnlyList<StoryAlert>> TheyToldAsync(
        FakeAzure azure, IReadOnlyList<(string Key, string SubscriptionId)> arrived)
    {
        var rows = (await azure.Api.DeliveriesAsync("delivered")).ToDictionary(row => (string)row["alertKey"]!);
        var told = new List<StoryAlert>();
        foreach (var (key, id) in arrived)
        {
            var row = rows[key];
            var alert = new StoryAlert(
                azure.Subscribers[id],
                (string)row["keyDateId"]!,
                (int)row["revision"]!,
                (string)row["kind"]!,
                (string)row["lead"]!,
                (string)row["dueAt"]!);
            Assert.Equal(id, (string)row["subscriptionId"]!);
            Assert.Equal(ContractKey.Of(id, alert.KeyDateId, alert.Revision, alert.Kind, alert.Lead), key);
            told.Add(
                (await azure.Api.RecordedAtAsync(alert.KeyDateId)).Contains(alert.DueAt)
                    ? alert with { DueAt = Noon(alert.DueAt) }
                    : alert);
        }

        return told;
    }

    /// <summary>
    /// A shipped change is recorded by the first tick at or after noon of its day. Returns that noon, so that alerts
    /// due at the change compare equal.
    /// </summary>
    private static string Noon(string recordedAt)
    {
        var noon = InstantPattern
            .ExtendedIso.Parse(recordedAt)
            .Value.InUtc()
            .Date.At(new LocalTime(12, 0))
            .InUtc()
            .ToInstant();
        return InstantPattern.General.Format(noon);
    }
}
