using Alerts.Dates;
using Alerts.Watch;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// <c>/admin/dates/{id}/cancel</c>: shows what cancelling a date would change and who would be notified, with a field
/// for the reason. Its button saves the date as the form to edit it does; opening the page changes nothing.
/// </summary>
internal sealed class AdminCancelPages(AdminForms forms, IKeyDates dates, IWatch watch, ServiceClock clock)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapRead<AdminCancelPages>("/admin/dates/{id}/cancel",
            (pages, context) => pages.AskAsync(context.InPath("id"), context.Request));

    private Task<IResult> AskAsync(string id, HttpRequest request) => forms.ShowAsync(request, async () =>
    {
        var cancel = request.HttpContext.RequestAborted;
        if (await dates.FindAsync(id, cancel) is not { } current)
        {
            return Page.Refusal(request, StatusCodes.Status404NotFound, DateTexts.NoSuchDate);
        }

        var wanted = current.KeyDate with { Status = DateStatus.Cancelled };
        return DateVersion.Next(current, wanted, null, clock.Now) is { } next
            ? Ask(current, next, await watch.ImpactAsync(current, next, cancel), request)
            : Page.SeeOther(request.HttpContext, $"admin/dates/{id}"); // it is cancelled already
    });

    private Page Ask(
        DateVersion current, DateVersion next, IReadOnlyDictionary<Notified, long> impact, HttpRequest request)
    {
        var root = Page.Root(request);
        var date = current.KeyDate;
        var form = AdminDateForm.Of(current) with { Status = KeyDateJson.Word(DateStatus.Cancelled) };
        return AdminForms.Page(AdminTexts.CancelDate, Html.Of(
            $"""
            <p class="lead">{AdminTexts.CancelLead}</p>
            <div class="card"><h2><bdi>{date.Title}</bdi></h2>
            <p>{DateText.Own(date)} {DateText.Badges(date)}</p>
            {FieldChanges.List(date, next.KeyDate)}</div>
            {AdminForms.Impact(impact)}
            <form method="post" action="{root}admin/save">{forms.Token(request)}
            {form.HiddenWithoutReason()}
            <div class="field"><label for="reason">{AdminTexts.CancelReason}</label>
            <textarea id="reason" name="reason"></textarea></div>
            <div class="buttons"><button class="stop" name="do" value="save">{AdminTexts.CancelDate}</button>
            <a class="button plain" href="{root}admin/dates/{date.Id}">{AdminTexts.Keep}</a></div></form>
            """));
    }
}
