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

    /// <summary>
    /// Reads a word of a request; <paramref name="otherwise"/> when it is absent or (with a problem) no value has it.
    /// </summary>
    /// <param name="kind">What the word is not, when no value has it: "a status".</param>
    /// <param name="advice">What to write, as the rest of a sentence.</param>
    public static T Read<T>(JsonObjectReader fields, string name, T otherwise, string kind, string advice)
        where T : struct, Enum
    {
        var word = fields.Text(name);
        var value = Find<T>(word);
        if (word is not null && value is null)
        {
            fields.Refuse(name, $"{Problem.Quote(word)} is not {kind}; write {advice}.");
        }

        return value ?? otherwise;
    }

    /// <summary>All words, in the order of the values.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());
}
