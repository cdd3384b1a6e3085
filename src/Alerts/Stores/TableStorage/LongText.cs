using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Stores text that may be too long for one property of an entity, spread over the properties <c>Name0</c>,
/// <c>Name1</c>, …
/// </summary>
internal static class LongText
{
    /// <summary>Characters per property: it holds 64 KiB, at two bytes per character (Azure Table Storage).</summary>
    private const int MaxInProperty = 32_000;

    /// <summary>Returns the text; null if there is none.</summary>
    public static string? FindText(this TableEntity entity, string name) =>
        entity.GetString(name + "0") is null
            ? null
            : string.Concat(Parts(entity, name).Select(part => entity.GetString(part)));

    /// <param name="text">The text; null for none. The whole entity holds at most 1 MiB.</param>
    public static void SetText(this TableEntity entity, string name, string? text)
    {
        foreach (var part in Parts(entity, name).ToList())
        {
            entity.Remove(part);
        }

        for (var (part, from) = (0, 0); from < text?.Length; part++, from += MaxInProperty)
        {
            entity[FormattableString.Invariant($"{name}{part}")] = text.Substring(
                from,
                Math.Min(MaxInProperty, text.Length - from));
        }
    }

    private static IEnumerable<string> Parts(TableEntity entity, string name) =>
        Enumerable
            .Range(0, int.MaxValue)
            .Select(part => FormattableString.Invariant($"{name}{part}"))
            .TakeWhile(entity.ContainsKey);
}
