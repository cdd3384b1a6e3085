using System.Text.Json;
using System.Text.Json.Nodes;
using Alerts.Tests.Support;
using Alerts.Web.OpenApi;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Alerts.Tests.Web;

/// <summary>The API's description: <c>/openapi/v1.json</c>.</summary>
public sealed class OpenApiFacts
{
    private const string Snapshot = "tests/Alerts.Tests/Web/openapi.v1.json";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Default) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_description_changes_only_with_its_snapshot()
    {
        await using var service = await TestService.StartAsync();
        var document = await service.GetAsync(ApiDocument.Path);
        var written = JsonNode.Parse(document.Text)!.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "true")
        {
            await File.WriteAllTextAsync(RepositoryRoot.At(Snapshot), written, TestContext.Current.CancellationToken);
        }

        Assert.Equal((200, "application/json"), (document.Status, document.Type));
        Assert.Equal("3.1.1", document.Json.GetProperty("openapi").GetString());
        Assert.True(
            written == await File.ReadAllTextAsync(RepositoryRoot.At(Snapshot), TestContext.Current.CancellationToken),
            $"The API's description differs from {Snapshot}. If that is meant, run this test once with UPDATE_SNAPSHOTS=true and look at the difference.");
    }

    [Fact]
    public async Task Every_route_is_described_or_is_a_page()
    {
        await using var service = await TestService.StartAsync();
        var bare =
            from endpoint in service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let isPage = endpoint.Metadata.GetMetadata<System.Reflection.MethodInfo>()?.DeclaringType?.Namespace != "Alerts.Web"
            where endpoint.Metadata.GetMetadata<RouteDoc>() is null && !isPage
            select endpoint.RoutePattern.RawText;
        Assert.Empty(bare);
    }

    [Fact]
    public async Task Every_route_has_an_example_of_each_body_and_all_examples_are_right()
    {
        await using var service = await TestService.StartAsync();
        var contract = new ApiContract((await service.GetAsync(ApiDocument.Path)).Text);
        var wrong = new List<string>();
        foreach (var operation in contract.Operations)
        {
            if (operation.Body is { } body)
            {
                Assert.NotEmpty(body["examples"]!.AsObject());
                wrong.AddRange(body["examples"]!.AsObject()
                    .Select(example => contract.Wrong(body["schema"]!, example.Value!["value"]!.ToJsonString()) is { } what ? $"{operation} {example.Key}: {what}" : null)
                    .OfType<string>());
            }

            foreach (var parameter in operation.Parameters)
            {
                if (contract.Wrong(parameter["schema"]!, parameter["example"]!.ToJsonString()) is { } what)
                {
                    wrong.Add($"{operation} {parameter["name"]}: {what}");
                }
            }

            foreach (var (status, response) in operation.Node["responses"]!.AsObject())
            {
                foreach (var (type, media) in contract.Resolve(response!.AsObject())["content"]?.AsObject() ?? [])
                {
                    Assert.True(media!["example"] is not null, $"{operation} {status} {type} has no example.");
                    if (contract.Wrong(media["schema"]!, media["example"]!.ToJsonString()) is { } what)
                    {
                        wrong.Add($"{operation} {status}: {what}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
    }
}
