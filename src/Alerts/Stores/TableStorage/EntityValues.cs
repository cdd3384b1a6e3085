using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>Reads the properties of entities.</summary>
internal static class EntityValues
{
    public static Instant Instant(this TableEntity entity, string name) =>
        NodaTime.Instant.FromUnixTimeMilliseconds(entity.GetInt64(name)!.Value); // always written

    public static Instant? InstantOrNull(this TableEntity entity, string name) =>
        entity.GetInt64(name) is { } at ? NodaTime.Instant.FromUnixTimeMilliseconds(at) : null;

    public static int Number(this TableEntity entity, string name) => entity.GetInt32(name)!.Value; // always written

    public static string Text(this TableEntity entity, string name) => entity.GetString(name)!; // always written
}
