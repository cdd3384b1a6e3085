using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>A collector of OpenTelemetry data on loopback (OTLP over HTTP, protobuf): a real Kestrel that keeps all it is sent.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app)
    {
        _app = app;
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf"; // an empty message: all of it was taken
        });
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The raw bytes of everything so far.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _received.Select(one => one.Body)];

    /// <summary>Everything so far: <c>ResourceSpans.ScopeSpans.Span</c>.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. Of("/v1/traces").SelectMany(body => body.All(1, 2, 2))
        .Select(span => new OtlpSpan(
            span.Text(5), Attributes(span, 9), (int)span.All(15).Select(status => status.Number(3)).FirstOrDefault(), span.Hex(1)))];

    /// <summary>The texts of all log records so far.</summary>
    public IReadOnlyList<string> Logs => [.. Of("/v1/logs").SelectMany(body => body.All(1, 2, 2, 5)).Select(text => text.Text(1))];

    /// <summary>The newest value of a counter or gauge for a channel, or of a histogram its count; null when none has come.</summary>
    /// <param name="channel">Empty for one without.</param>
    public double? Newest(string metric, string channel = "") => Of("/v1/metrics").SelectMany(body => body.All(1, 2, 2))
        .Where(one => one.Text(1) == metric)
        .SelectMany(one => one.All(7, 1).Select(sum => (Attributes: Attributes(sum, 7), Value: (double)sum.Number(6)))
            .Concat(one.All(5, 1).Select(gauge => (Attributes: Attributes(gauge, 7), Value: gauge.Double(4))))
            .Concat(one.All(9, 1).Select(histogram => (Attributes: Attributes(histogram, 9), Value: (double)histogram.Number(4)))))
        .Where(point => point.Attributes.GetValueOrDefault("alerts.channel", "") == channel)
        .Select(point => (double?)point.Value).LastOrDefault();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<ProtobufMessage> Of(string path) => _received.Where(one => one.Path == path).Select(one => new ProtobufMessage(one.Body));

    /// <summary>Strings and integers, as text.</summary>
    private static Dictionary<string, string> Attributes(ProtobufMessage of, int field) => of.All(field).ToDictionary(
        pair => pair.Text(1),
        pair => pair.All(2).Select(value => value.Text(1) is { Length: > 0 } text ? text : value.Number(3).ToString(CultureInfo.InvariantCulture)).FirstOrDefault() ?? "");
}

/// <summary>One span as it was sent.</summary>
/// <param name="Status">0 unset, 1 ok, 2 error.</param>
internal sealed record OtlpSpan(string Name, IReadOnlyDictionary<string, string> Attributes, int Status, string TraceId);
