using Alerts.Tests.EndToEnd;

namespace Alerts.Tests.App;

/// <summary>Tests <c>alerts audit</c> when the ledger is not in the data folder.</summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class AuditCommandTests
{
    [Fact]
    public async Task On_Table_Storage_it_asks_for_no_database_in_the_folder()
    {
        var cancel = TestContext.Current.CancellationToken;
        var azurite = (await TestContext.Current.GetFixture<Azurite>())!; // a fixture of the assembly
        using var folder = new TemporaryFolder();

        var audit = await AlertsCommand.RunAsync(
            ["audit", "--json", "--data", folder.Path],
            cancel,
            new Dictionary<string, string>
            {
                ["Alerts__Store"] = "TableStorage",
                ["Alerts__TableStorage__ConnectionString"] = await azurite.NewAccountAsync(cancel),
                ["Alerts__Queue"] = "ServiceBus",
                ["Alerts__ServiceBus__ConnectionString"] =
                    "Endpoint=sb://127.0.0.1;SharedAccessKeyName=name;SharedAccessKey=key;UseDevelopmentEmulator=true",
            });

        Assert.True(audit.ExitCode == 0, string.Join('\n', audit.Errors));
        Assert.StartsWith("""{"owed":0,""", Assert.Single(audit.Output), StringComparison.Ordinal);
    }
}
