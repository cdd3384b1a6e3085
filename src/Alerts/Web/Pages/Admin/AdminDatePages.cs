using Alerts.Dates;
using Alerts.Watch;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// The operator's pages of key dates: to add, revise, cancel and reinstate them, each after a preview of who
/// would be notified.
/// </summary>
internal sealed class AdminDatePages(
    AdminForms forms, IKeyDates dates, AdminDateList list, IWatch watch, DateEdits edits, ServiceClock clock)
    : IEndpoints
{
    private const string CancelDate = "Cancel this date";

    private static readonly Problem Stale = new(
        "", "Somebody changed this date after you opened it. Below is what you typed; "
        + "the next page shows what it would change now.");

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/admin/dates", Verbs.Read, ListAsync);
        app.MapMethods("/admin/new", Verbs.Read, NewAsync);
        app.MapMethods("/admin/dates/{id}", Verbs.Read, OpenAsync);
        app.MapMethods("/admin/dates/{id}/cancel", Verbs.Read, AskToCancelAsync);
        app.MapPost("/admin/save", TakeAsync);
    }

    private Task<IResult> NewAsync(HttpRequest request) =>
        forms.ShowAsync(request, () =>
            Task.FromResult<IResult>(Form(StatusCodes.Status200OK, new AdminDateForm(), [], request)));

    private Task<IResult> ListAsync(HttpRequest request) => forms.ShowAsync(request, async () =>
        await list.OfAsync(clock.Now, request));

    private Task<IResult> OpenAsync(string id, HttpRequest request) =>
        forms.ShowAsync(request, async () =>
            await dates.FindAsync(id, request.HttpContext.RequestAborted) is { } version
                ? Form(StatusCodes.Status200OK, AdminDateForm.Of(version), [], request, version.KeyDate.IsCancelled)
                : DatePages.NotFound(request));

    private Task<IResult> TakeAsync(HttpContext context, CancellationToken cancel) =>
        forms.TakeAsync(context.Request, async fields =>
        {
            var form = AdminDateForm.Of(fields);
            var problems = new List<Problem>();
            var wanted = form.Read(problems, out var reason);
            var current =
                problems.Count > 0 || wanted is null ? null : await dates.FindAsync(wanted.Id, cancel);
            if (form.Version is null && current is not null && !current.KeyDate.HasSameContentAs(wanted!))
            {
                problems.Add(new Problem(
                    "/id", "There is already a date with this id. Revise that one, or choose another id."));
            }

            if (fields["do"] == "edit" || wanted is null || problems.Count > 0)
            {
                return Form(
                    problems.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
                    form,
                    problems,
                    context.Request);
            }

            if (current is not null && !IsAsSeen(current, form, wanted))
            {
                return Conflict(form, current, context.Request);
            }

            return fields["do"] == "save"
                ? await SaveAsync(form, wanted, reason, context)
                : await CheckAsync(
                    form, current, DateVersion.Next(current, wanted, reason, clock.Now), context.Request);
        });

    private async Task<IResult> SaveAsync(AdminDateForm form, KeyDate wanted, string? reason, HttpContext context)
    {
        if (await edits.SaveAsync(wanted, reason, current => IsAsSeen(current, form, wanted), context.RequestAborted)
            is Saved.Stale)
        {
            return await dates.FindAsync(wanted.Id, context.RequestAborted) is { } now
                ? Conflict(form, now, context.Request) : DatePages.NotFound(context.Request);
        }

        return Page.SeeOther(context, "admin/dates?done=saved");
    }

    /// <summary>
    /// Whether a date is as it was when the form was opened. It may also be as wanted, because the button was pressed
    /// twice.
    /// </summary>
    private static bool IsAsSeen(DateVersion? current, AdminDateForm form, KeyDate wanted) =>
        current?.Number == form.Version || current?.KeyDate.HasSameContentAs(wanted) == true;

    /// <summary>Never overwrites another operator's edit unseen: shows the form again, now for that edit.</summary>
    private Page Conflict(AdminDateForm form, DateVersion now, HttpRequest request) =>
        Form(StatusCodes.Status409Conflict, form with { Version = now.Number }, [Stale], request);

    /// <summary>Shows what saving would do, without doing it.</summary>
    private async Task<IResult> CheckAsync(
        AdminDateForm form, DateVersion? current, DateVersion? next, HttpRequest request)
    {
        var told = next is null ? new Dictionary<Notified, long>()
            : await watch.ImpactAsync(current, next, request.HttpContext.RequestAborted);
        return AdminForms.Page(AdminForms.CheckTitle, Html.Of(
            $"""
            <div class="card"><h2><bdi>{form.Title}</bdi></h2>
            <p>{AdminForms.Change(next)} {Html.Maybe(next, one => Html.Of($"revision {one.KeyDate.Revision}"))}</p>
            {Html.If(next is null, Html.Of($"<p>Nothing changes: the date is already like this.</p>"))}
            {Html.Maybe(next ?? current, shown => FieldChanges.WithWhen(current?.KeyDate, shown.KeyDate))}
            {Html.Maybe(next?.Reason, reason =>
                Html.Of($"<p>Reason, as subscribers read it: <bdi>{reason}</bdi></p>"))}
            </div>
            {Html.If(next is not null, AdminForms.Impact(told))}
            <form method="post" action="save">{forms.Token(request)}{form.Hidden()}
            <div class="buttons">{Html.If(next is not null,
                Html.Of($"<button name=\"do\" value=\"save\">Save</button>"))}
            <button class="plain" name="do" value="edit">Back</button></div></form>
            """));
    }

    /// <summary>
    /// Shows what cancelling a date would change and who would be notified, with a field for the reason. Its button
    /// saves the date as the form to edit it does.
    /// </summary>
    private Task<IResult> AskToCancelAsync(string id, HttpRequest request) => forms.ShowAsync(request, async () =>
    {
        var cancel = request.HttpContext.RequestAborted;
        if (await dates.FindAsync(id, cancel) is not { } current)
        {
            return DatePages.NotFound(request);
        }

        var wanted = current.KeyDate with { Status = DateStatus.Cancelled };
        return DateVersion.Next(current, wanted, null, clock.Now) is { } next
            ? AskToCancel(current, next, await watch.ImpactAsync(current, next, cancel), request)
            : Page.SeeOther(request.HttpContext, $"admin/dates/{id}"); // it is cancelled already
    });

    private Page AskToCancel(
        DateVersion current, DateVersion next, IReadOnlyDictionary<Notified, long> impact, HttpRequest request)
    {
        var root = Page.Root(request);
        var date = current.KeyDate;
        var form = AdminDateForm.Of(current) with { Status = DateStatus.Cancelled.Word() };
        return AdminForms.Page(CancelDate, Html.Of(
            $"""
            <p class="lead">It stays in the list, marked as cancelled.</p>
            <div class="card"><h2><bdi>{date.Title}</bdi></h2>
            <p>{DateText.Own(date)} {DateText.Badges(date)}</p>
            {FieldChanges.List(date, next.KeyDate)}</div>
            {AdminForms.Impact(impact)}
            <form method="post" action="{root}admin/save">{forms.Token(request)}
            {form.HiddenWithoutReason()}
            <div class="field"><label for="reason">Why is it cancelled? Subscribers read this.</label>
            <textarea id="reason" name="reason"></textarea></div>
            <div class="buttons"><button class="stop" name="do" value="save">{CancelDate}</button>
            <a class="button plain" href="{root}admin/dates/{date.Id}">Keep it</a></div></form>
            """));
    }

    /// <param name="isCancelled">Whether the date is cancelled as it is stored, so that it cannot be cancelled.</param>
    private Page Form(
        int status, AdminDateForm form, IReadOnlyList<Problem> problems, HttpRequest request, bool isCancelled = true)
    {
        var said = FormProblems.AtEmpty(
            problems,
            ("/title", form.Title, "Enter a title."),
            ("/id", form.Id, "Enter an id, such as eu-summit."),
            ("/when/date", form.On, "Enter a day."),
            ("/when/timeZone", form.Zone, "Enter a city or a time zone, such as New York."),
            ("/end/date", form.EndOn, "Enter the last day, or clear its time."));
        var errors = new FieldErrors(said, [.. form.Fields.Select(field => field.Name), "when", "end"]);
        return AdminForms.Page(
            form.Version is null ? "Add a date" : "Revise",
            Html.Of(
                $"""
                {Html.If(form.Version is not null, Html.Of(
                    $"<p class=\"lead\"><bdi>{form.Title}</bdi> "
                    + $"(<a href=\"{Page.Root(request)}dates/{form.Id}\">{form.Id}</a>)</p>"))}
                {errors.Summary()}
                <form method="post" action="{Page.Root(request)}admin/save" novalidate>{forms.Token(request)}
                {form.Inputs(errors)}
                <div class="buttons"><button name="do" value="check">See who will be notified</button></div>
                </form>
                {Html.If(!isCancelled, Html.Of(
                    $"<p><a class=\"button stop\" href=\"{form.Id}/cancel\">{CancelDate} …</a></p>"))}
                """),
            status);
    }
}
