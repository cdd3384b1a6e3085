namespace Alerts.Stores.Sqlite;

/// <summary>
/// Writes JSON for <c>json_each</c> by hand, because the first use of the serializer takes as long as
/// opening the database.
/// </summary>
internal static class JsonList
{
    public static string Of(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";

    /// <summary>Writes a JSON object from row numbers to ids.</summary>
    /// <param name="ids">Ids must not contain characters that JSON escapes.</param>
    public static string Of(IReadOnlyDictionary<long, string?> ids) => "{" + string.Join(',', ids.Select(one =>
        FormattableString.Invariant($"\"{one.Key}\":{(one.Value is null ? "null" : $"\"{one.Value}\"")}"))) + "}";
}
