using System.Collections.Concurrent;
using System.Reflection;
using Alerts.Tests.Support;
using Xunit.v3;

[assembly: RunningTests]

namespace Alerts.Tests.Support;

/// <summary>
/// Keeps a file for each running test in the folder <c>ALERTS_TESTS_RUNNING</c>, with its name, so
/// that a test that hangs is named. Without the variable it does nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class RunningTestsAttribute : BeforeAfterTestAttribute
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("ALERTS_TESTS_RUNNING");
    private static readonly ConcurrentDictionary<string, string> Files = new();

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Folder is not null)
        {
            var file = Path.Combine(Folder, Guid.NewGuid().ToString("N"));
            File.WriteAllText(file, test.TestDisplayName + "\n"); // since when: see the time of the file
            Files[test.UniqueID] = file;
        }
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Files.TryRemove(test.UniqueID, out var file))
        {
            File.Delete(file);
        }
    }
}
