namespace Alerts.Dates;

/// <summary>
/// Gives topics their display names: <c>us-china</c> is US-China, <c>central-banks</c> is Central banks.
/// </summary>
internal static class TopicNames
{
    /// <summary>Topics of the shipped catalogue whose name cannot be derived from the id.</summary>
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["apec"] = "APEC",
        ["cbam"] = "CBAM",
        ["eu"] = "EU",
        ["us-africa"] = "US-Africa",
        ["us-china"] = "US-China",
    };

    public static string Of(string topic)
    {
        if (Known.TryGetValue(topic, out var name))
        {
            return name;
        }

        var words = topic.Replace('-', ' ').Trim();
        return words.Length == 0 ? topic : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
