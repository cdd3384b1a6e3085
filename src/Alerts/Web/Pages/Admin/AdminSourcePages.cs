using Alerts.Sources;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// <c>/admin/sources</c>: the sources of key dates and the status of their reads; adds, edits and removes sources.
/// </summary>
internal sealed class AdminSourcePages(
    AdminForms forms, ISources sources, SourceEdits edits, SourceReads reads, ServiceClock clock)
    : IEndpoints
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/admin/sources", Verbs.Read, ListAsync);
        app.MapMethods("/admin/new-source", Verbs.Read, NewAsync);
        app.MapMethods("/admin/sources/{id}", Verbs.Read, OpenAsync);
        app.MapPost("/admin/source", TakeAsync);
    }

    private Task<IResult> ListAsync(HttpRequest request) => forms.ShowAsync(request, async () =>
    {
        var all = await sources.ListAsync(request.HttpContext.RequestAborted);
        return AdminForms.Page("Sources", Html.Of(
            $"""
            <p class="lead">{"Calendars and registers that key dates are read from. "
                + "Changes found there wait for review, unless a source saves them at once."}</p>
            {Done(request)}
            <p class="buttons"><a class="button" href="new-source">Add a source</a></p>
            {(all.Count == 0 ? Html.Of($"<p>There are no sources yet.</p>") : Html.Of(
                $"""<ul class="rows">{Html.Each(all, state => Row(state, request))}</ul>"""))}
            """));
    });

    private Task<IResult> NewAsync(HttpRequest request) => forms.ShowAsync(request, () =>
        Task.FromResult<IResult>(Form(StatusCodes.Status200OK, new SourceForm(), [], request)));

    private Task<IResult> OpenAsync(string id, HttpRequest request) => forms.ShowAsync(request, async () =>
        await FindAsync(id, request.HttpContext.RequestAborted) is { } state
            ? Form(StatusCodes.Status200OK, SourceForm.Of(state.Source), [], request, state)
            : NotFound(request));

    private Task<IResult> TakeAsync(HttpContext context, CancellationToken cancel) =>
        forms.TakeAsync(context.Request, async fields =>
    {
        var id = fields["id"].ToString().Trim();
        switch (fields["do"].ToString())
        {
            case "check":
                await reads.CheckAsync(id, cancel);
                return Page.SeeOther(context, "admin/sources?done=read");
            case "ask":
                return await FindAsync(id, cancel) is { } state
                    ? AskBeforeRemoving(state, context.Request)
                    : NotFound(context.Request);
            case "remove":
                await edits.RemoveAsync(id, cancel);
                return Page.SeeOther(context, "admin/sources?done=removed");
            default:
                return await SaveAsync(SourceForm.Of(fields), context);
        }
    });

    private async Task<IResult> SaveAsync(SourceForm form, HttpContext context)
    {
        var problems = new List<Problem>();
        var wanted = form.Read(problems);
        if (wanted is not null && !form.IsKnown
            && await FindAsync(wanted.Id, context.RequestAborted) is { Source: var existing })
        {
            if (existing.HasSameContentAs(wanted))
            {
                return Page.SeeOther(context, "admin/sources?done=saved"); // the button was pressed twice
            }

            problems.Add(new Problem("/id",
                "There is a source with this id already; edit that one, or take another id."));
        }

        if (wanted is not null && problems.Count == 0
            && await edits.PutAsync(wanted, context.RequestAborted) is SavedSource.Conflict conflict)
        {
            problems.Add(new Problem("/id",
                $"Its dates could have ids of dates of the source {Problem.Quote(conflict.Other)}; take another id."));
        }

        return problems.Count > 0
            ? Form(StatusCodes.Status400BadRequest, form, problems, context.Request)
            : Page.SeeOther(context, "admin/sources?done=saved");
    }

    private async Task<SourceState?> FindAsync(string id, CancellationToken cancel) =>
        Slug.IsOne(id) && await sources.FindAsync(id, cancel) is { IsRemoved: false } state ? state : null;

    private static Page NotFound(HttpRequest request) =>
        Page.Refusal(request, StatusCodes.Status404NotFound, "There is no such source.");

    private static string Status(string word) => word switch
    {
        "ok" => "works",
        "new" => "not read yet",
        "retrying" => "the last read failed",
        "off" => "switched off",
        _ => word,
    };

    private Html Row(SourceState state, HttpRequest request)
    {
        var word = SourceSchedule.Word(state, clock.Now);
        return Html.Of(
            $"""
            <li class="row"><div><a class="what" href="sources/{state.Id}">{state.Id}</a>
            <span class="badge {(word is "failing" ? "failed" : word)}">{Status(word)}</span>
            <span class="block soft">{Reads(state)}</span>
            {Html.If(state.Error is not null, Html.Of(
                $"<span class=\"block\">Cause: {state.Error}</span>"))}</div>
            <form class="far" method="post" action="source">{forms.Token(request)}
            {Html.Hidden("id", state.Id)}
            <button class="plain" name="do" value="check"
            aria-label="Read now: {state.Id}">Read now</button></form></li>

            """);
    }

    private Html Reads(SourceState state)
    {
        var last = state.CheckedAt is { } at ? DateText.Checked(at, clock.Now) : "Not read yet.";
        return state.Source.Enabled ? Html.Of($"{last} · Next read: {DateText.Local(state.NextAt)}")
            : Html.Of($"{last}");
    }

    private Page Form(
        int status, SourceForm form, IReadOnlyList<Problem> problems, HttpRequest request, SourceState? state = null)
    {
        var said = FormProblems.AtEmpty(
            problems,
            ("/id", form.Id, "Enter a short name, such as ecb."),
            ("/url", form.Url, "Enter the link to the calendar, such as https://example.org/calendar.ics."));
        var errors = new FieldErrors(said, SourceForm.Names);
        var root = Page.Root(request);
        return AdminForms.Page(form.IsKnown ? form.Id : "Add a source", Html.Of(
            $"""
            {errors.Summary()}
            {Warnings(state?.Warnings ?? [])}
            <form method="post" action="{root}admin/source">{forms.Token(request)}
            {form.Fields(errors)}
            <div class="buttons"><button name="do" value="save">Save</button>
            {Html.If(form.IsKnown, Html.Of(
                $"<button class=\"plain\" name=\"do\" value=\"ask\">Remove</button>"))}</div></form>
            """), status);
    }

    private Page AskBeforeRemoving(SourceState state, HttpRequest request) => AdminForms.Page(
        "Remove this source?",
        Html.Of(
            $"""
            <p class="lead">{state.Id}: It is no longer read, and its proposals are withdrawn. Its dates stay.</p>
            <form method="post" action="source">{forms.Token(request)}{Html.Hidden("id", state.Id)}
            <div class="buttons"><button name="do" value="remove">Remove</button>
            <a class="button plain" href="sources">Keep it</a></div></form>
            """));

    private static Html Warnings(IReadOnlyList<string> warnings) => Html.If(warnings.Count > 0, Html.Of(
        $"""
        <div class="note warn"><h2>Notes from the last read</h2>
        {Html.List(warnings)}</div>
        """));

    private static Html Done(HttpRequest request) => Html.Done(request.Query["done"].ToString() switch
    {
        "saved" => "The source is saved. It will be read in a moment.",
        "read" => "The source was read.",
        "removed" => "The source is removed.",
        _ => null,
    });
}
