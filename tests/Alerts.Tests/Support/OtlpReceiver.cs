using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>
/// An OpenTelemetry collector on loopback (OTLP over HTTP, protobuf): a real Kestrel that keeps everything it receives.
/// </summary>
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
            context.Response.ContentType = "application/x-protobuf"; // an empty message: everything was accepted
        });
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The raw bodies received so far.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _received.Select(one => one.Body)];

    /// <summary>The spans received so far (<c>ResourceSpans.ScopeSpans.Span</c>).</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. Of("/v1/traces").SelectMany(body => body.All(1, 2, 2))
        .Select(span => new OtlpSpan(
            span.Text(5), Attributes(span, 9),
            (int)span.All(15).Select(status => status.Number(3)).FirstOrDefault(), span.Hex(1)))];

    /// <summary>The texts of all log records received so far.</summary>
    public IReadOnlyList<string> Logs =>
        [.. Of("/v1/logs").SelectMany(body => body.All(1, 2, 2, 5)).Select(text => text.Text(1))];

    /// <summary>
    /// Returns the newest value of a counter or gauge, or the newest count of a histogram; null when none was received.
    /// </summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="channel">The value of its <c>alerts.channel</c> attribute; empty for a metric without it.</param>
    public double? Newest(string metric, string channel = "") => Of("/v1/metrics").SelectMany(body => body.All(1, 2, 2))
        .Where(one => one.Text(1) == metric)
        .SelectMany(one => one.All(7, 1).Select(sum => (Attributes: Attributes(sum, 7), Value: (double)sum.Number(6)))
            .Concat(one.All(5, 1).Select(gauge => (Attributes: Attributes(gauge, 7), Value: gauge.Double(4))))
            .Concat(one.All(9, 1)
                .Select(histogram => (Attributes: Attributes(histogram, 9), Value: (double)histogram.Number(4)))))
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

    private IEnumerable<ProtobufMessage> Of(string path) =>
        _received.Where(one => one.Path == path).Select(one => new ProtobufMessage(one.Body));

    /// <summary>Returns string and integer attributes as text.</summary>
    private static Dictionary<string, string> Attributes(ProtobufMessage of, int field) => of.All(field).ToDictionary(
        pair => pair.Text(1),
        pair => pair.All(2)
            .Select(value => value.Text(1) is { Length: > 0 } text
                ? text : value.Number(3).ToString(CultureInfo.InvariantCulture))
            .FirstOrDefault() ?? "");
}

/// <summary>One received span.</summary>
/// <param name="Status">The status code: 0 unset, 1 ok, 2 error.</param>
internal sealed record OtlpSpan(
    string Name, IReadOnlyDictionary<string, string> Attributes, int Status, string TraceId);
