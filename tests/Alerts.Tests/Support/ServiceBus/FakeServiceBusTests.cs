using System.Text.Json;


namespace Alerts.Tests.Support.ServiceBus;

/// <summary>
/// Tests the fake broker with Microsoft's own JavaScript client, which must see the same as on Azure.
/// </summary>
public sealed class FakeServiceBusTests
{
    [Fact]
    public async Task Microsofts_own_client_finds_a_Service_Bus()
    {
        var cancel = TestContext.Current.CancellationToken;
        var node = RealPart.Require("node", "apt-get install -y --no-install-recommends nodejs npm");
        RealPart.Require("tests/parts/node_modules/@azure/service-bus", RealPart.FromNpm);
        using var bus = FakeServiceBus.Start(["email"]);
        bus.AddQueue("short", new FakeQueueRules { LockFor = TimeSpan.FromSeconds(1) });
        await using var client = ChildProcess.Start(
            node,
            [
                "service-bus-client.mjs", bus.ConnectionString, "email", "short",
                bus.ConnectionString.Replace(FakeServiceBus.Key, "another", StringComparison.Ordinal)
            ],
            workingDirectory: RepositoryRoot.At("tests/parts"));

        var exitCode = await client.WaitForExitAsync(cancel);

        Assert.True(exitCode == 0, string.Join('\n', client.Errors.All));
        Assert.Collection(
            client.Output.All.Select(line => JsonDocument.Parse(line).RootElement.GetRawText()),
            line => Assert.Equal(
                """{"step":"received","ids":["single","b1","b2","b3"],"bodies":[{"n":1},"b1","b2","b3"]"""
                + ""","traceparent":"00-a-b-01","deliveryCounts":[0,0,0,0],"sequences":["1","2","3","4"]"""
                + ""","tokens":4,"maxBatchBytes":262144}""", line),
            line => Assert.Equal(
                """{"step":"settled","renewedLater":true"""
                + ""","again":"b2","againCount":1,"dead":"b3","reason":"unreadable","description":"not JSON"}""", line),
            line => Assert.Equal(
                """{"step":"scheduled","peeked":["s1","s3"],"states":[true,true],"received":["s1","s3"]"""
                + ""","notBefore":true}""", line),
            line => Assert.Equal(
                """{"step":"lock lost","code":"MessageLockLost","again":"slow","deliveryCount":1}""", line),
            line => Assert.Equal(
                """{"step":"refused","wrongKey":"UnauthorizedAccess","noQueue":"MessagingEntityNotFound"}""", line));
        Assert.Empty(bus["email"].Ids);
    }
}
