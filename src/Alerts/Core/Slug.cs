namespace Alerts.Core;

/// <summary>The format of ids and topics: 1 to 64 characters of <c>a-z 0-9 -</c>.</summary>
internal static class Slug
{
    public const int Longest = 64;

    /// <summary>Describes the format, as the rest of a sentence.</summary>
    public const string Form = "1 to 64 of the characters a-z, 0-9 and -";

    public static bool IsOne(string text) =>
        text.Length is > 0 and <= Longest && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}

/// <summary>Reads a list of ids or topics, validates each, and removes duplicates, keeping the order.</summary>
internal static class SlugList
{
    public static IReadOnlyList<TextAt> Read(JsonObjectReader fields, string name, int most = PlainText.MaxTopics)
    {
        var given = fields.Texts(name);
        var distinct = given.DistinctBy(item => item.Text).ToList();
        if (distinct.Count > most)
        {
            fields.Refuse(
                name, $"There are {distinct.Count} {name}; write at most {most}.");
            return [];
        }

        foreach (var (text, pointer) in distinct.Where(item => !Slug.IsOne(item.Text)))
        {
            fields.RefuseAt(pointer, $"{Problem.Quote(text)} is not of the form of {name}; write {Slug.Form}.");
        }

        return distinct;
    }
}
