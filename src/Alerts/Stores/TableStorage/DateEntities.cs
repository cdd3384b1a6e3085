using Alerts.Dates;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>Maps versions of key dates to entities and back.</summary>
internal static class DateEntities
{
    /// <summary>The partition of one date.</summary>
    public static string Partition(string id) => "d|" + id;

    public static TableEntity Of(string partition, string row, DateVersion version) => new(partition, row)
    {
        ["Number"] = version.Number,
        ["RecordedAt"] = version.RecordedAt.ToUnixTimeMilliseconds(),
        ["MovedAt"] = version.MovedAt.ToUnixTimeMilliseconds(),
        ["Change"] = version.Change.ToString(),
        ["Reason"] = version.Reason,
        ["Date"] = KeyDateJson.ToStored(version.KeyDate),
        ["Order"] = version.Order,
        ["MovedOrder"] = version.MovedOrder,
    };

    public static DateVersion Version(TableEntity entity) => new(
        entity.Number("Number"), entity.Instant("RecordedAt"), entity.Instant("MovedAt"),
        Enum.Parse<DateChange>(entity.Text("Change")), entity.GetString("Reason"),
        KeyDateJson.FromStored(entity.Text("Date")))
    {
        Order = entity.GetInt64("Order") ?? 0, // earlier versions did not write it
        MovedOrder = entity.GetInt64("MovedOrder") ?? 0,
    };
}
