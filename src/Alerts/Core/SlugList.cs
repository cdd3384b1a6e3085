
namespace Alerts.Core;

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
                name,
                FormattableString.Invariant($"There are {distinct.Count} {name}; write at most {most}."));
            return [];
        }

        foreach (var (text, pointer) in distinct.Where(item => !Slug.IsOne(item.Text)))
        {
            fields.RefuseAt(pointer, $"{Problem.Quote(text)} is not of the form of {name}; write {Slug.Form}.");
        }

        return distinct;
    }
}
