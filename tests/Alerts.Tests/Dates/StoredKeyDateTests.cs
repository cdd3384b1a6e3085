using System.Text;
using Alerts.Dates;
using CsCheck;

namespace Alerts.Tests.Dates;

/// <summary>Key dates are written and read back unchanged.</summary>
public sealed class StoredKeyDateTests
{
    [Fact]
    public void What_is_stored_comes_back_exactly() => AnyKeyDate.Any.Sample(date =>
    {
        var back = KeyDateJson.FromStored(KeyDateJson.ToStored(date));
        return back.HasSameContentAs(date) && back.Id == date.Id && back.Revision == date.Revision;
    });

    [Fact]
    public void An_export_is_imported_unchanged() => AnyKeyDate.Any.Array[0, 5].Sample(given =>
    {
        var dates = given.DistinctBy(date => date.Id).ToList();
        var file = DatesFile.Read(Encoding.UTF8.GetBytes(KeyDateJson.ToFile(dates)));
        Assert.Empty(file.Errors);
        Assert.Equal(dates.Select(date => date.Id), file.Dates.Select(date => date.Id));
        Assert.All(dates.Zip(file.Dates), pair =>
            Assert.True(pair.First.HasSameContentAs(pair.Second.Against(null, null).Wanted!)));
    });
}
