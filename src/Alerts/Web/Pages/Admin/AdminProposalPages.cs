using System.Globalization;
using Alerts.Dates;
using Alerts.Sources;
using Alerts.Watch;

namespace Alerts.Web.Pages.Admin;

/// <summary><c>/admin/proposals</c>: changes found at sources, old and new side by side, to accept or reject.</summary>
internal sealed class AdminProposalPages(AdminForms forms, ISources sources, Proposals proposals) : IEndpoints
{
    private const int PageSize = 50;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/admin/proposals", Verbs.Read, OpenAsync);
        app.MapPost("/admin/proposals", TakeAsync);
    }

    private Task<IResult> OpenAsync(HttpRequest request) => forms.ShowAsync(request, () => ListAsync(request, null));

    private async Task<IResult> ListAsync(HttpRequest request, string? error)
    {
        var cancel = request.HttpContext.RequestAborted;
        var after = new Query().Cursor(request.Query["cursor"], ProposalsApi.ReadCursor);
        var places = await sources.ProposalsAsync(after, PageSize + 1, cancel);
        var shown = await proposals.ShowAllAsync([.. places.Take(PageSize)], cancel);
        var count = await sources.CountProposalsAsync(cancel);
        return AdminForms.Page("Proposals", Html.Of(
            $"""
            <p class="lead">{"Changes found at sources. Accepting saves a date and notifies everyone who was told "
                + "a different date; rejecting leaves it as it is."}</p>
            {(error is null ? Done(request) : Html.Of($"<p class=\"note stop\" role=\"alert\">{error}</p>"))}
            {(shown.Count == 0 ? Html.Of($"<p>Nothing waits for review.</p>") : Form(request, shown, count))}
            {Html.Maybe(places.Count > PageSize ? places[PageSize - 1] : null,
                last => AdminForms.More(ProposalsApi.WriteCursor(last)))}
            """), error is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    private Task<IResult> TakeAsync(HttpContext context, CancellationToken cancel) =>
        forms.TakeAsync(context.Request, async fields =>
    {
        var one = fields["accept"].ToString() is { Length: > 0 } accepted ? accepted : fields["reject"].ToString();
        var isAcceptance = fields["accept"].Count > 0 || fields["do"] == "accept";
        List<string> ids = one.Length > 0 ? [one] : [.. fields["ids"].OfType<string>()];
        if (ids.Count == 0)
        {
            return await ListAsync(context.Request, "Select at least one proposal.");
        }

        if (await DecideAsync(ids, isAcceptance, cancel) is { } error)
        {
            return await ListAsync(context.Request, error);
        }

        return Page.SeeOther(context, FormattableString.Invariant(
            $"admin/proposals?{(isAcceptance ? "accepted" : "rejected")}={ids.Count}"));
    });

    /// <returns>The first error; null if everything was done.</returns>
    private async Task<string?> DecideAsync(IReadOnlyList<string> ids, bool isAcceptance, CancellationToken cancel)
    {
        if (isAcceptance)
        {
            return Error(await proposals.AcceptAsync(ids, cancel));
        }

        var errors = new List<string?>();
        foreach (var id in ids)
        {
            errors.Add(Error(await proposals.RejectAsync(id, cancel)));
        }

        return errors.Find(error => error is not null);
    }

    private static string? Error(Decision decision) => decision switch
    {
        Decision.Done => null,
        Decision.Conflict conflict => conflict.Why,
        Decision.Unknown unknown => $"There is no proposal {Problem.Quote(unknown.Id)}.",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Html Form(HttpRequest request, IReadOnlyList<ShownProposal> shown, int count) => Html.Of(
        $"""
        <p role="status">{count} {(count == 1 ? "change waits" : "changes wait")} for review.</p>
        <form method="post" action="proposals">{forms.Token(request)}
        <ul class="proposals">
        {Html.Each(shown, Item)}
        </ul>
        <div class="buttons"><button name="do" value="accept">Accept selected</button>
        <button class="plain" name="do" value="reject">Reject selected</button></div>
        </form>
        """);

    private static Html Item(ShownProposal one)
    {
        var date = one.Next?.KeyDate ?? one.Current?.KeyDate;
        var title = date?.Title ?? one.KeyDateId;
        return Html.Of(
            $"""
            <li class="card" id="{one.Id}"><h2><bdi>{title}</bdi></h2>
            <p><span class="badge {one.Change.Word()}">{Word(one.Change)}</span>
            <span class="soft">{one.SourceId} · {one.KeyDateId} ·
            found {DateText.Local(one.FoundAt)}</span></p>
            <div class="pair">
            <div><h3>Now</h3>{Facts(one.Current?.KeyDate, "not there yet")}</div>
            <div><h3>At the source</h3>{Facts(
                one.Next?.KeyDate, "Accepting changes nothing: the date is as the source has it.")}</div>
            </div>
            {FieldChanges.List(one.Current?.KeyDate, one.Next?.KeyDate)}
            {Impact(one)}
            <div class="buttons">
            <label class="chip"><input type="checkbox" name="ids" value="{one.Id}"
            aria-label="Select {title}"> Select</label>
            <button name="accept" value="{one.Id}"
            aria-label="Accept {title}">Accept</button>
            <button class="plain" name="reject" value="{one.Id}"
            aria-label="Reject {title}">Reject</button>
            </div></li>

            """);
    }

    private static Html Facts(KeyDate? date, string otherwise) => date is null
        ? Html.Of($"<p class=\"soft\">{otherwise}</p>")
        : Html.Of($"<p><strong>{DateText.Own(date)}</strong> {DateText.Badges(date)}</p>");

    private static string Word(ProposedChange change) => change switch
    {
        ProposedChange.Added => "Added",
        ProposedChange.Moved => "Moved",
        ProposedChange.Edited => "Edited",
        ProposedChange.Cancelled => "Cancelled",
        ProposedChange.Reinstated => "Reinstated",
        ProposedChange.Vanished => "No longer there",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Html Impact(ShownProposal one)
    {
        var sentences = ImpactText.Sentences(one.Affected).ToList();
        return sentences.Count == 0 ? Html.Of($"<p class=\"soft\">{AdminForms.Nobody}</p>")
            : Html.Each(sentences, sentence => Html.Of($"<p class=\"note warn\">{sentence}</p>"));
    }

    private static Html Done(HttpRequest request) =>
        Html.Done(Decided(request, "accepted") ?? Decided(request, "rejected"));

    private static string? Decided(HttpRequest request, string word) =>
        !int.TryParse(request.Query[word], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? null
        : count == 1 ? $"1 change was {word}."
        : FormattableString.Invariant($"{count} changes were {word}.");
}
