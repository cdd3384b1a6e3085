using System.Reflection;
using System.Text.Json.Nodes;
using System.Xml;
using Alerts.Stores.TableStorage;

namespace Alerts.Tests.Infra;

/// <summary>What <c>infra/</c> deploys, as compiled by Bicep.</summary>
public sealed class BicepTests
{
    private static readonly string Main = RepositoryRoot.At("infra/main.bicep");

    /// <summary>Compiled once, because it takes seconds.</summary>
    private static readonly Lazy<Task<(IReadOnlyList<string> Output, IReadOnlyList<string> Errors)>> Built = new(() =>
        BicepAsync("build", Main, "--stdout"));

    [Fact]
    public async Task The_compiler_and_the_linter_have_nothing_to_say()
    {
        var (_, built) = await Built.Value;
        var (lint, linted) = await BicepAsync("lint", Main);

        Assert.Empty(built);
        Assert.Empty(lint);
        Assert.Empty(linted);
    }

    [Fact]
    public async Task There_is_a_queue_for_every_channel_and_each_remembers_message_ids()
    {
        var bus = await PartAsync("serviceBus");

        Assert.Equal(
            ["email", "webhook", "webhook-slow"],
            bus["variables"]!["queueNames"]!.AsArray().Select(name => (string)name!).Order());
        var queue = Resource(bus, "Microsoft.ServiceBus/namespaces/queues")["properties"]!;
        Assert.True((bool)queue["requiresDuplicateDetection"]!);
        Assert.True((bool)queue["deadLetteringOnMessageExpiration"]!);
        Assert.Equal(1000, (int)queue["maxDeliveryCount"]!);
    }

    /// <summary>
    /// During an outage of the store a message is dead-lettered within seconds. Later it is posted again under the same
    /// id.
    /// </summary>
    [Fact]
    public async Task An_id_is_forgotten_before_the_ledger_posts_again_what_was_put_aside()
    {
        var queue = Resource(await PartAsync("serviceBus"), "Microsoft.ServiceBus/namespaces/queues")["properties"]!;

        Assert.InRange(
            XmlConvert.ToTimeSpan((string)queue["duplicateDetectionHistoryTimeWindow"]!),
            TimeSpan.FromSeconds(20),
            SweepIndex.Patience.ToTimeSpan() - TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_app_is_an_isolated_worker_without_a_placeholder()
    {
        var app = await PartAsync("app");

        var site = Resource(app, "Microsoft.Web/sites")["properties"]!;
        Assert.Equal("dotnet-isolated", (string?)site["functionAppConfig"]!["runtime"]!["name"]);
        Assert.Equal("10.0", (string?)site["functionAppConfig"]!["runtime"]!["version"]);
        var settings = Resource(app, "Microsoft.Web/sites/config")["properties"]!.ToJsonString();
        Assert.Contains("WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED", settings, StringComparison.Ordinal);
        Assert.Contains("ServiceBus__fullyQualifiedNamespace", settings, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_part_can_be_opened_with_a_key()
    {
        Assert.False(
            (bool)
                Resource(await PartAsync("storage"), "Microsoft.Storage/storageAccounts")["properties"]![
                    "allowSharedKeyAccess"
                ]!);
        Assert.True(
            (bool)
                Resource(await PartAsync("serviceBus"), "Microsoft.ServiceBus/namespaces")["properties"]![
                    "disableLocalAuth"
                ]!);
        Assert.True(
            (bool)
                Resource(await PartAsync("monitoring"), "Microsoft.Insights/components")["properties"]![
                    "DisableLocalAuth"
                ]!);
        Assert.True(
            (bool)
                Resource(await PartAsync("vault"), "Microsoft.KeyVault/vaults")["properties"]![
                    "enableRbacAuthorization"
                ]!);
    }

    /// <summary>Returns the compiled template of one module.</summary>
    private static async Task<JsonNode> PartAsync(string module)
    {
        var (compiled, _) = await Built.Value;
        return JsonNode.Parse(string.Join('\n', compiled))!["resources"]![module]!["properties"]!["template"]!;
    }

    private static JsonNode Resource(JsonNode template, string type)
    {
        IEnumerable<JsonNode?> all = template["resources"] is JsonObject named
            ? named.Select(one => one.Value)
            : template["resources"]!.AsArray();
        return all.First(one => (string)one!["type"]! == type)!;
    }

    private static async Task<(IReadOnlyList<string> Output, IReadOnlyList<string> Errors)> BicepAsync(
        params string[] arguments)
    {
        var path = typeof(BicepTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "Bicep")
            .Value!; // set by the project file
        Assert.SkipUnless(
            OperatingSystem.IsLinux(), "The Bicep compiler that is restored with the tests runs on Linux.");
        await using var bicep = ChildProcess.Start(RealPart.Require(path, "dotnet restore"), arguments);
        await bicep.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bicep.Output.All, bicep.Errors.All);
    }
}
