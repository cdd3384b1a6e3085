using Alerts.Tests.EndToEnd;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Alerts.Tests.Support;

/// <summary>
/// Starts the three longest collections first: started last, they would run alone for minutes. The others keep xunit's
/// random order.
/// </summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections)
                .OrderBy(collection => Rank(collection.TestCollectionDisplayName)),
        ];

    private static int Rank(string collection) => collection switch
    {
        RealProcesses.OneAtATime or RealProcesses.UnderTheHost => 0,
        nameof(Chromium) => 1,
        _ => 2,
    };
}
