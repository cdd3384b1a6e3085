using System.CodeDom.Compiler;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using Alerts.Tests.Senders.Email;
using Alerts.Tests.Senders.Webhook;
using Alerts.Web.OpenApi;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Alerts.Tests.Web;

/// <summary>Tests the API's description, <c>/openapi/v1.json</c>.</summary>
public sealed class OpenApiFacts
{
    private const string Snapshot = "tests/Alerts.Tests/Web/openapi.v1.json";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Default)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task The_page_of_the_document_can_be_asked_for_by_HEAD_too()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(302, (await service.SendAsync(HttpMethod.Head, "/docs")).Status);
        Assert.Equal(200, (await service.SendAsync(HttpMethod.Head, "/docs/")).Status);
    }

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
            $"The API's description differs from {Snapshot}. If that is meant, run this test once with "
            + "UPDATE_SNAPSHOTS=true and look at the difference.");
    }

    [Fact]
    public async Task Every_route_is_described_or_is_a_page()
    {
        await using var service = await TestService.StartAsync();
        var bare =
            from endpoint in service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let isPage = endpoint.Metadata.GetMetadata<System.Reflection.MethodInfo>()?.DeclaringType?.Namespace
                != "Alerts.Web"
            where endpoint.Metadata.GetMetadata<ITagsMetadata>() is null && !isPage
            select endpoint.RoutePattern.RawText;
        Assert.Empty(bare);
    }

    /// <summary>A handler that the generator does not see is bound by reflection, which slows the start.</summary>
    [Fact]
    public async Task Every_handler_is_bound_in_generated_code()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal(
            ["/docs/{**rest}"],
            service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<GeneratedCodeAttribute>() is null)
                .Select(endpoint => endpoint.RoutePattern.RawText));
    }

    public static TheoryData<string, int> Sent => new()
    {
        { "deadline.reminder", 0 },
        { "deadline.rescheduled", 1 },
        { "deadline.cancelled", 2 },
        { "webhook.verification", 3 },
        { "webhook.test", 4 },
    };

    /// <summary>Checks the bodies that the channel writes against the document, in both formats.</summary>
    [Theory]
    [MemberData(nameof(Sent))]
    public async Task Every_body_that_is_sent_is_as_the_description_says(string type, int which)
    {
        await using var service = await TestService.StartAsync();
        var contract = new ApiContract((await service.GetAsync(ApiDocument.Path)).Text);
        Assert.Equal(5, contract.Webhooks.Count);
        var operation = contract.Webhooks[type];
        OutboundMessage message = which switch
        {
            0 => WebhookMessages.Reminder() with { Id = Mails.Key },
            1 => WebhookMessages.Correction(AlertKind.Rescheduled, WebhookMessages.MovedTruce) with { Id = Mails.Key },
            2 => WebhookMessages.Correction(
                AlertKind.Cancelled, WebhookMessages.Truce with { Status = DateStatus.Cancelled, Revision = 2 }) with
            {
                Id = Mails.Key,
            },
            3 => WebhookMessages.Service(ServiceMessage.Verification),
            _ => WebhookMessages.Service(ServiceMessage.Test),
        };
        Assert.Equal(
            ["webhook-id", "webhook-timestamp", "webhook-signature"],
            operation.Parameters.Select(header => (string?)header["name"]));
        Assert.All(operation.Parameters, header =>
            Assert.Null(contract.Wrong(header["schema"]!, header["example"]!.ToJsonString())));
        foreach (var (contentType, media) in operation.Node["requestBody"]!["content"]!.AsObject())
        {
            var format = contentType == "application/json" ? WebhookFormat.Standard : WebhookFormat.CloudEvents;
            var body = new WebhookBody(WebhookMessages.ServiceUrl, WebhookMessages.ServiceTokens).Write(
                message with { Subscription = message.Subscription with { Format = format } });
            Assert.Null(contract.Wrong(media!["schema"]!, Encoding.UTF8.GetString(body)));
            Assert.Null(contract.Wrong(media["schema"]!, media["example"]!.ToJsonString()));
        }
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
                wrong.AddRange(
                    body["examples"]!
                        .AsObject()
                        .Select(example =>
                            contract.Wrong(body["schema"]!, example.Value!["value"]!.ToJsonString()) is { } what
                                ? $"{operation} {example.Key}: {what}" : null)
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
