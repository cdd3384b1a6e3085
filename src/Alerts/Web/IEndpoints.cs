namespace Alerts.Web;

/// <summary>The routes of one resource or of one group of pages: a singleton, whose methods answer them.</summary>
internal interface IEndpoints
{
    void Map(IEndpointRouteBuilder app);
}

/// <summary>The methods of routes.</summary>
internal static class Verbs
{
    /// <summary>Those of a route that only reads. Mail scanners and monitors use HEAD.</summary>
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];
}
