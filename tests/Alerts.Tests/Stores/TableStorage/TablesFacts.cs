using Alerts.Stores.TableStorage;

namespace Alerts.Tests.Stores.TableStorage;

public sealed class TablesFacts(Azurite azurite)
{
    [Fact]
    public async Task The_first_start_makes_all_and_each_further_one_asks_once()
    {
        var account = await azurite.NewAccountAsync(TestContext.Current.CancellationToken);
        var first = new Tables(new TableFaults(0).Client(account), TimeProvider.System);

        var faults = new TableFaults(0);
        Assert.Equal(first.Key.Bytes, new Tables(faults.Client(account), TimeProvider.System).Key.Bytes);
        Assert.Equal(32, first.Key.Bytes.Length);
        Assert.Equal(1, faults.Requests);
    }

    [Fact]
    public async Task A_start_that_ended_half_way_is_taken_up_by_the_next()
    {
        var account = await azurite.NewAccountAsync(TestContext.Current.CancellationToken);
        Tables? made = null;
        var writes = 0;
        for (; made is null; writes++)
        {
            var faults = new TableFaults(0);
            var service = faults.Client(account);
            faults.LiveFor(writes);
            try
            {
                var tables = new Tables(service, TimeProvider.System);
                _ = tables.Key;
                made = tables;
            }
            catch (IOException)
            {
                Assert.True(faults.IsDead);
            }
        }

        Assert.Equal(7, writes); // the start died before creating each of five tables and the key, then succeeded
        Assert.Equal(made.Key.Bytes, new Tables(new TableFaults(0).Client(account), TimeProvider.System).Key.Bytes);
    }
}
