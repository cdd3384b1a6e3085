using System.ComponentModel.DataAnnotations;
using Alerts.Sources;
using Alerts.Web.OpenApi;
using NodaTime;

namespace Alerts.Web;

/// <summary>A change found at a source that waits for review.</summary>
internal sealed record ProposalResponse
{
    /// <summary>The format of the ids of proposals.</summary>
    public const string IdForm = "^prop_[a-z2-7]{26}$";

    /// <summary>Its id; another content has another id.</summary>
    [RegularExpression(IdForm)] public required string Id { get; init; }

    /// <summary>Where it was found.</summary>
    [Slug] public required string SourceId { get; init; }

    /// <summary>The date it would change.</summary>
    [Slug] public required string KeyDateId { get; init; }

    /// <summary>What it would change.</summary>
    public required ProposedChange Change { get; init; }

    public required KeyDateResponse? Current { get; init; }

    public required KeyDateResponse? Proposed { get; init; }

    /// <summary>When it was found.</summary>
    public required Instant FoundAt { get; init; }

    /// <summary>Who would be notified at once.</summary>
    public required SubscriptionsByChannel Affected { get; init; }
}

/// <summary>A page of proposals.</summary>
internal sealed record ProposalListResponse : ListResponse<ProposalResponse>;

/// <summary>A proposal that was decided.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">What was decided.</param>
internal sealed record DecidedProposalResponse(
    [property: RegularExpression(ProposalResponse.IdForm)] string Id,
    [property: AllowedValues("accepted", "rejected")] string State,
    KeyDateResponse? KeyDate);

/// <summary>Proposals that were decided.</summary>
/// <param name="Items">In the order asked for.</param>
/// <param name="Cursor">Always null.</param>
internal sealed record DecidedProposalListResponse(
    [property: MaxLength(500)] IReadOnlyList<DecidedProposalResponse> Items,
    object? Cursor);
