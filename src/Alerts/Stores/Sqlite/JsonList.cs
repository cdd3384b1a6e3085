namespace Alerts.Stores.Sqlite;

/// <summary>Numbers as a JSON list for <c>json_each</c>; by hand, as the serializer's first use takes as long as opening the database.</summary>
internal static class JsonList
{
    public static string Of(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";

    /// <summary>Ids under the numbers of rows, as a JSON object.</summary>
    /// <param name="ids">Without characters that JSON escapes.</param>
    public static string Of(IReadOnlyDictionary<long, string?> ids) => "{" + string.Join(',', ids.Select(one =>
        FormattableString.Invariant($"\"{one.Key}\":{(one.Value is null ? "null" : $"\"{one.Value}\"")}"))) + "}";
}
