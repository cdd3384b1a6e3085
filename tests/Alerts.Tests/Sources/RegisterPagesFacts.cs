using System.Globalization;
using System.Text.Json;
using Alerts.Sources;
using Microsoft.AspNetCore.Http;

namespace Alerts.Tests.Sources;

/// <summary>A register that gives smaller pages than it was asked for.</summary>
public sealed class RegisterPagesFacts
{
    [Fact]
    public async Task All_pages_are_read_however_small_they_are()
    {
        const int Documents = 28;
        await using var publisher = await FakePublisher.StartAsync();
        publisher.Instead = async context =>
        {
            await context.Response.WriteAsync(Page(context.Request.Query["page"], Documents), Cancel);
            return true;
        };
        await using var service = await WholeService.StartAsync(
            Instant.FromUtc(2026, 1, 5, 8, 0), Cancel,
            ("Alerts:Sources:AllowLoopback", "true"), ("Alerts:Sources:FederalRegister:BaseUrl", publisher.Url));
        await service.Get<SourceEdits>().PutAsync(
            new Source
            {
                Id = "reg",
                Type = SourceType.FederalRegister,
                Query = new RegisterQuery { Dates = [RegisterField.EffectiveOn] },
            },
            Cancel);

        var state = await service.Get<SourceReads>().CheckAsync("reg", Cancel);

        Assert.Null(state!.Error);
        Assert.DoesNotContain(state.Warnings, warning => warning.StartsWith("The register", StringComparison.Ordinal));
        Assert.Equal(Documents, (await service.Get<ISources>().EntriesAsync("reg", Cancel)).Count);
    }

    [Fact]
    public async Task Pages_that_name_each_other_are_read_once_each()
    {
        await using var publisher = await FakePublisher.StartAsync();
        publisher.Instead = async context =>
        {
            var query = context.Request.QueryString.Value!.Replace("&page=2", "", StringComparison.Ordinal);
            var next = context.Request.Query.ContainsKey("page") ? query : query + "&page=2";
            await context.Response.WriteAsync(
                JsonSerializer.Serialize(new { next_page_url = context.Request.Path + next, results = (int[])[] }),
                Cancel);
            return true;
        };
        await using var service = await WholeService.StartAsync(
            Instant.FromUtc(2026, 1, 5, 8, 0), Cancel,
            ("Alerts:Sources:AllowLoopback", "true"), ("Alerts:Sources:FederalRegister:BaseUrl", publisher.Url));
        await AddAsync(service);
        var state = await service.Get<SourceReads>().CheckAsync("reg", Cancel);
        Assert.Null(state!.Error);
        Assert.Contains("lead back", Assert.Single(state.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, publisher.Requests.Count);
    }

    private static Task<SavedSource> AddAsync(WholeService service) => service.Get<SourceEdits>().PutAsync(
        new Source
        {
            Id = "reg",
            Type = SourceType.FederalRegister,
            Query = new RegisterQuery { Dates = [RegisterField.EffectiveOn] },
            Enabled = false,
        },
        Cancel);

    /// <summary>Two documents a page.</summary>
    private static string Page(string? page, int documents)
    {
        var number = page is null ? 1 : int.Parse(page, CultureInfo.InvariantCulture);
        return JsonSerializer.Serialize(new
        {
            count = documents,
            total_pages = documents / 2,
            results = new[] { (2 * number) - 1, 2 * number }.Select(one => new
            {
                document_number = FormattableString.Invariant($"2026-{one:D5}"),
                title = "Rule",
                effective_on = "2026-03-01",
            }),
        });
    }
}
