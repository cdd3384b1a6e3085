using System.ComponentModel.DataAnnotations;

namespace Alerts.Web;

/// <summary>A page of a list.</summary>
internal abstract record ListResponse<T>
{
    /// <summary>Items, in order.</summary>
    [MaxLength(200)] public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Value of <c>cursor</c> for the next page; null on the last page.</summary>
    public required string? Cursor { get; init; }
}
