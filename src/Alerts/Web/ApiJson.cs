using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Sources;
using Alerts.Subscriptions;
using Microsoft.AspNetCore.Mvc;

namespace Alerts.Web;

/// <summary>
/// How the API writes its bodies in JSON. The API document takes their schemas from the same options.
/// </summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions());

    /// <summary>The body that an API client would send; the pages validate their forms with it.</summary>
    public static JsonDocument Sent(object request) =>
        JsonSerializer.SerializeToDocument(request, Options.GetTypeInfo(request.GetType()));

    /// <summary>A form's text as a member of such a body; null, which means absent, if it is empty.</summary>
    public static string? Given(string text) => text.Length > 0 ? text : null;

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        // Non-ASCII characters stay readable. The content type and nosniff keep browsers from reading the response
        // as HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new TextConverter<Instant>(TimeText.Write));
        options.Converters.Add(new TextConverter<LocalDate>(TimeText.Write));
        options.Converters.Add(new TextConverter<LocalTime>(TimeText.Write));
        options.Converters.Add(new TextConverter<AlertKind>(kind => kind.Word()));
        options.Converters.Add(new TextConverter<ApplyMode>(mode => mode.Word()));
        options.Converters.Add(new TextConverter<DateChange>(change => change.Word()));
        options.Converters.Add(new TextConverter<DateStatus>(status => status.Word()));
        options.Converters.Add(new TextConverter<DeliveryState>(state => state.Word()));
        options.Converters.Add(new TextConverter<PartKind>(kind => kind.Word()));
        options.Converters.Add(new TextConverter<ProposedChange>(change => change.Word()));
        options.Converters.Add(new TextConverter<SourceType>(SourceJson.Word));
        options.Converters.Add(new TextConverter<SubscriptionStatus>(status => status.Word()));
        options.Converters.Add(new TextConverter<WebhookFormat>(format => format.Word()));
        options.TypeInfoResolver = ApiJsonContext.Default.WithAddedModifier(KeyDateResponse.WriteCheckOfEverySource);
        return options;
    }
}

/// <summary>
/// The types of bodies, and those that only the API document asks for: of problems and of query parameters. The types
/// of their members are found through them.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AcceptRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(DateHistoryResponse))]
[JsonSerializable(typeof(DecidedProposalListResponse))]
[JsonSerializable(typeof(DeliveryListResponse))]
[JsonSerializable(typeof(DryRunResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(KeyDateListResponse))]
[JsonSerializable(typeof(KeyDateRequest))]
[JsonSerializable(typeof(NewSubscriptionResponse))]
[JsonSerializable(typeof(OperatorDeliveryListResponse))]
[JsonSerializable(typeof(PendingResponse))]
[JsonSerializable(typeof(PreviewResponse))]
[JsonSerializable(typeof(PreviewRequest))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(ProposalListResponse))]
[JsonSerializable(typeof(QueuedResponse))]
[JsonSerializable(typeof(ReadyResponse))]
[JsonSerializable(typeof(RecoverRequest))]
[JsonSerializable(typeof(SecretResponse))]
[JsonSerializable(typeof(SendGridEventBody[]))]
[JsonSerializable(typeof(SourceListResponse))]
[JsonSerializable(typeof(SourceRequest))]
[JsonSerializable(typeof(StandingResponse))]
[JsonSerializable(typeof(StatsResponse))]
[JsonSerializable(typeof(SubscribeRequest))]
[JsonSerializable(typeof(SubscriptionPatchBody))]
[JsonSerializable(typeof(SubscriptionResponse))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
