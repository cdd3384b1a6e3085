using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alerts.App.Functions;
using CsCheck;
using NodaTime;
using NodaTime.Text;
using Xunit;

namespace Alerts.Tests.App.Functions;

/// <summary>What is read from the Functions host's calls, captured and varied.</summary>
public sealed class QueueCallTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static TheoryData<string> All => [.. Captured.Names];

    /// <summary>Dates as the host has been seen to write them, all meaning 2026-11-23T21:30:15Z.</summary>
    private static readonly string[] WrittenDates =
    [
        "2026-11-23T21:30:15", "\"2026-11-23T21:30:15\"", "2026-11-23T21:30:15Z", "\"2026-11-23T21:30:15Z\"", "2026-11-23T21:30:15+00:00",
        "2026-11-23T22:30:15+01:00", "2026-11-23T21:30:15.0000000", "11/23/2026 21:30:15",
    ];

    [Theory]
    [InlineData("servicebus-one-binary-1", "alert-43", "plain \"text\" é")]
    [InlineData("servicebus-one-binary-2", "alert-42", """{"id":"a1","n":5,"messageId":"spoof","list":[1],"o":{"x":1},"when":"2026-11-23T21:00:00.123Z"}""")]
    // Without dataType the body replaces what the host says of the message: its id is not to be trusted, the body is.
    [InlineData("servicebus-one-string-1", "spoof", """{"id":"a1","n":5,"messageId":"spoof","list":[1],"o":{"x":1},"when":"2026-11-23T21:00:00.123Z"}""")]
    public void Captured_messages_are_read(string name, string id, string body)
    {
        var call = QueueCall.Read(Captured.Body(name));

        Assert.NotNull(call);
        Assert.Equal(body, Encoding.UTF8.GetString(call.Body.Span));
        Assert.Equal((id, 0, Trace, Instant.FromUtc(2026, 11, 23, 21, 30, 15)), (call.Id, call.FailedDeliveries, call.TraceParent, call.EnqueuedAt));
    }

    [Theory]
    [InlineData("servicebus-many-binary-1")] // several at once are not asked for
    [InlineData("servicebus-many-nodatatype-1")]
    [InlineData("servicebus-one-string-2")] // neither binary nor JSON
    public void What_is_not_one_message_is_no_message(string name) => Assert.Null(QueueCall.Read(Captured.Body(name)));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"Data":null}""")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Data":{"message":null},"Metadata":{}}""")]
    [InlineData("""{"Data":{"message":7},"Metadata":{}}""")]
    [InlineData("""{"Data":{"one":"e30=","two":"e30="},"Metadata":{}}""")]
    [InlineData("""{"Data":{"message":"\uD800"},"Metadata":{}}""")]
    public void A_call_without_a_body_is_no_message(string envelope) => Assert.Null(QueueCall.Read(Encoding.UTF8.GetBytes(envelope)));

    [Fact]
    public void However_its_values_are_wrapped_the_same_message_is_read() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.String[Gen.Char.AlphaNumeric, 1, 40], Gen.Int[1, 10], Gen.Int[0, WrittenDates.Length - 1], Gen.Bool.Array[5], Gen.Bool.Array[4]).Sample((body, id, deliveries, date, wrapped, left) =>
        {
            var metadata = new JsonObject { ["sys"] = new JsonObject { ["MethodName"] = "Email" } };
            Add("MessageId", wrapped[0] ? Quote(id) : id, left[0]);
            Add("DeliveryCount", wrapped[1] ? deliveries.ToString(System.Globalization.CultureInfo.InvariantCulture) : deliveries, left[1]);
            Add("EnqueuedTimeUtc", WrittenDates[date], left[2]);
            var properties = new JsonObject { ["traceparent"] = Trace };
            Add("ApplicationProperties", wrapped[2] ? properties.ToJsonString() : properties, left[3]);
            var base64 = Convert.ToBase64String(body);
            var envelope = new JsonObject { ["Data"] = new JsonObject { ["message"] = wrapped[3] ? Quote(base64) : base64 }, ["Metadata"] = metadata };

            var call = QueueCall.Read(JsonSerializer.SerializeToUtf8Bytes(envelope));

            return call is not null
                && call.Body.Span.SequenceEqual(body)
                && call.Id == (left[0] ? "" : id)
                && call.FailedDeliveries == (left[1] ? 0 : deliveries - 1)
                && call.EnqueuedAt == (left[2] ? null : InstantPattern.General.Parse("2026-11-23T21:30:15Z").Value)
                && call.TraceParent == (left[3] ? null : Trace);

            void Add(string name, JsonNode value, bool isLeftOut)
            {
                if (!isLeftOut)
                {
                    metadata[name] = value;
                }
            }
        });

    /// <summary>What stands behind <c>Data</c> may be anything: the body is read from <c>Data</c> or not at all.</summary>
    [Theory]
    [InlineData("servicebus-one-binary-1")]
    [InlineData("servicebus-one-binary-2")]
    [InlineData("servicebus-one-string-1")]
    public void Damage_beside_the_body_never_makes_another_body_of_it(string name)
    {
        var whole = Captured.Body(name);
        var body = QueueCall.Read(whole)!.Body.ToArray();
        var end = Encoding.UTF8.GetString(whole).IndexOf("\"Metadata\"", StringComparison.Ordinal);
        Gen.Select(Gen.Int[end, whole.Length - 1], Gen.Byte, Gen.Int[0, 40]).Sample((at, replacement, cut) =>
        {
            byte[] damaged = [.. whole[..at], replacement, .. whole[Math.Min(whole.Length, at + 1 + cut)..]];

            return QueueCall.Read(damaged) is not { } call || call.Body.Span.SequenceEqual(body);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Damage_anywhere_is_survived(string name)
    {
        var whole = Captured.Body(name);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte.Array[0, 6], Gen.Int[0, 40]).Sample((at, replacement, cut) =>
            QueueCall.Read((byte[])[.. whole[..at], .. replacement, .. whole[Math.Min(whole.Length, at + cut)..]]));
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
