using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: RunningTests]

namespace Alerts.Tests.Support;

/// <summary>
/// Keeps one file per running test, with the test's name, in the folder that the environment variable
/// <c>ALERTS_TESTS_RUNNING</c> names, so that a test that hangs can be identified. Does nothing without the variable.
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
            File.WriteAllText(file, test.TestDisplayName + "\n"); // the file's time is the start time
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
