namespace Alerts.Stores.Sqlite;

/// <summary>Numbers as a JSON list for <c>json_each</c>; by hand, as the serializer's first use takes as long as opening the database.</summary>
internal static class JsonList
{
    public static string Of(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";
}
