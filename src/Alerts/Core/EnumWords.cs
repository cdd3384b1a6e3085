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
        Of<T>.Words.GetValueOrDefault(value) ?? throw new ArgumentOutOfRangeException(nameof(value));

    /// <summary>The value that has a word; null if none has it.</summary>
    public static T? Find<T>(string? word)
        where T : struct, Enum => word is not null && Of<T>.Values.TryGetValue(word, out var value) ? value : null;

    /// <summary>All words, in the order of the values.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Of<T>.Words.Values;

    private static class Of<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Words =
            Enum.GetValues<T>().ToDictionary(value => value, value => value.ToString().ToLowerInvariant());

        public static readonly Dictionary<string, T> Values = Words.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
