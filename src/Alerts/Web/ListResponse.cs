using System.ComponentModel.DataAnnotations;

namespace Alerts.Web;

/// <summary>A page of a list.</summary>
internal abstract record ListResponse<T>
{
    /// <summary>In order.</summary>
    [MaxLength(200)] public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Send it as <c>cursor</c> for the next page; null on the last one.</summary>
    public required string? Cursor { get; init; }
}
