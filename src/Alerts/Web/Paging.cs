using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Alerts.Web.OpenApi;
using Microsoft.AspNetCore.Mvc;

namespace Alerts.Web;

/// <summary>The query parameters of all lists, as they were sent. <see cref="Query"/> reads them.</summary>
internal readonly struct Paging
{
    [FromQuery(Name = "limit"), TextOf(typeof(int)), Range(1, 200), Example("50")]
    [Description("Maximum number of items; 50 when absent.")]
    public string[] Limit { get; init; }

    [FromQuery(Name = "cursor"), RegularExpression("^[A-Za-z0-9_-]+$")]
    [Example("MTc5NDI4NjA2MDAwMCB1cy1jaGluYS10cnVjZS1leHBpcnk")]
    [Description("Start of the page: the `cursor` of the previous page, unchanged.")]
    public string[] Cursor { get; init; }
}
