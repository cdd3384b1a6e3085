namespace Alerts.Core;

/// <summary>
/// The words of enum values in the API, in messages, on pages and in the stores: their names in lower case. To rename a
/// value is therefore a change for clients and for stored data.
/// </summary>
internal static class EnumWords
{
    /// <exception cref="ArgumentOutOfRangeException">The enum has no such value.</exception>
    public static string Word<T>(this T value)
        where T : struct, Enum =>
        Enum.GetName(value)?.ToLowerInvariant() ?? throw new ArgumentOutOfRangeException(nameof(value));

    /// <summary>The value that has a word; null if none has it.</summary>
    public static T? Find<T>(string? word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (value.Word() == word)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>All words, in the order of the values.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());
}
