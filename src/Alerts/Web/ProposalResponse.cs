using System.ComponentModel.DataAnnotations;
using Alerts.Sources;
using Alerts.Web.OpenApi;
using NodaTime;

namespace Alerts.Web;

/// <summary>A change found in a source and awaiting review.</summary>
internal sealed record ProposalResponse
{
    /// <summary>The format of the ids of proposals.</summary>
    public const string IdForm = "^prop_[a-z2-7]{26}$";

    /// <summary>The proposal's id; it differs for different content.</summary>
    [RegularExpression(IdForm)] public required string Id { get; init; }

    /// <summary>The source's id.</summary>
    [Slug] public required string SourceId { get; init; }

    /// <summary>The key date's id.</summary>
    [Slug] public required string KeyDateId { get; init; }

    /// <summary>Kind of change.</summary>
    public required ProposedChange Change { get; init; }

    public required KeyDateResponse? Current { get; init; }

    public required KeyDateResponse? Proposed { get; init; }

    /// <summary>When the change was found.</summary>
    public required Instant FoundAt { get; init; }

    /// <summary>Subscriptions that would be notified at once.</summary>
    public required SubscriptionsByChannel Affected { get; init; }
}

/// <summary>A page of proposals.</summary>
internal sealed record ProposalListResponse : ListResponse<ProposalResponse>;

/// <summary>A proposal that was decided.</summary>
/// <param name="Id">The proposal's id.</param>
/// <param name="State">The decision.</param>
internal sealed record DecidedProposalResponse(
    [property: RegularExpression(ProposalResponse.IdForm)] string Id,
    [property: AllowedValues("accepted", "rejected")] string State,
    KeyDateResponse? KeyDate);

/// <summary>Proposals that were decided.</summary>
/// <param name="Items">Proposals, in the order of the request.</param>
/// <param name="Cursor">Always null.</param>
internal sealed record DecidedProposalListResponse(
    [property: MaxLength(500)] IReadOnlyList<DecidedProposalResponse> Items,
    object? Cursor);
