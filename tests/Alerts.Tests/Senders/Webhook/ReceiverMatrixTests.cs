using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Alerts.Ledger;
using Alerts.Senders.Webhook;
using Microsoft.Extensions.Time.Testing;
using static Alerts.Tests.Senders.Webhook.WebhookMessages;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests the result of an attempt for each way in which an endpoint may behave.</summary>
public class ReceiverMatrixTests
{
    private const string TimedOut = "no answer within 15 seconds";
    private const string NoTls = "no secure connection could be made: check the certificate and the TLS version";
    private const string NotFound = "the host name was not found";

    private static readonly DateTimeOffset Now = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const CompressionLevel Best = CompressionLevel.Optimal;

    private static readonly byte[] Thanks = "thanks"u8.ToArray();

    /// <summary>Text that hardly compresses, so that a truncated body really lacks a part of it.</summary>
    private static readonly string Noise = string.Concat(
        Enumerable.Range(0, 300).Select(i => (i * 7919 % 1000).ToString(CultureInfo.InvariantCulture)));

    private static readonly Dictionary<string, Behaviour> All = new()
    {
        ["redirect 301"] = Text("301 Moved", "moved", "Location: https://example.com/").To(Failed(301, "moved")),
        ["redirect 302 to a private address"] = Text("302 Found", "", "Location: http://169.254.169.254/")
            .To(Failed(302, "")),
        ["redirect 307 to itself"] = Text("307 Temporary Redirect", "", "Location: /hook").To(Failed(307, "")),
        ["redirect 308 without a location"] = Text("308 Permanent Redirect", "").To(Failed(308, "")),
        ["204 without a body"] = Raw("HTTP/1.1 204 No Content\r\n\r\n").To(new Delivered(204, "")),
        ["early hints before the answer"] = Raw(
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            .To(new Delivered(200, "ok")),
        ["410"] = Text("410 Gone", "bye").To(new Gone(410, "bye")),
        ["Retry-After in seconds"] = Text("503 Unavailable", "", "Retry-After: 120").To(Failed(503, "", 120)),
        ["Retry-After as a date"] = Text("429 Too Many", "", "Retry-After: Fri, 01 Jan 2027 00:02:00 GMT")
            .To(Failed(429, "", 120)),
        ["Retry-After of a week"] = Text("502 Bad Gateway", "", "Retry-After: 604800").To(Failed(502, "", 86_400)),
        ["Retry-After as a Unix time"] = Text("504 Timeout", "", "Retry-After: 1798761720").To(Failed(504, "")),
        ["Retry-After below zero"] = Text("503 Unavailable", "", "Retry-After: -1").To(Failed(503, "")),
        ["Retry-After twice"] = Text("503 Unavailable", "", "Retry-After: 60\r\nRetry-After: 120").To(Failed(503, "")),
        ["Retry-After on a 500"] = Text("500 Oops", "", "Retry-After: 60").To(Failed(500, "")),
        ["a compression bomb"] = Body(Gzip(new byte[50_000_000]), "gzip")
            .To(new Delivered(200, new string('\0', 2000))),
        ["gzip"] = Body(Gzip(Thanks), "gzip").To(new Delivered(200, "thanks")),
        ["gzip in gzip"] = Body(Gzip(Gzip(Thanks)), "gzip, gzip").To(new Delivered(200, "thanks")),
        ["gzip cut off"] = Body(Gzip(Encoding.ASCII.GetBytes(Noise))[..^9], "gzip").To(new Delivered(200, Noise)),
        ["deflate with zlib's header"] = Body(Pack(Thanks, stream => new ZLibStream(stream, Best)), "deflate")
            .To(new Delivered(200, "thanks")),
        ["deflate without it"] = Body(Pack(Thanks, stream => new DeflateStream(stream, Best)), "deflate")
            .To(new Delivered(200, "thanks")),
        ["br"] = Body(Pack(Thanks, stream => new BrotliStream(stream, Best)), "br").To(new Delivered(200, "thanks")),
        ["gzip that is none"] = Body(Thanks, "gzip").To(new Delivered(200, "thanks")),
        ["an unknown encoding"] = Body(Thanks, "zstd").To(new Delivered(200, "thanks")),
        ["silence"] = Hang("").To(Failed(null, TimedOut)),
        ["half a head"] = Hang("HTTP/1.1 200 OK\r\nContent-").To(Failed(null, TimedOut)),
        ["100 and no more"] = Hang("HTTP/1.1 100 Continue\r\n\r\n").To(Failed(null, TimedOut)),
        ["a body that stops"] = Hang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ntha").To(new Delivered(200, "tha")),
        ["a failure's body that stops"] = Hang("HTTP/1.1 500 Oops\r\nContent-Length: 10\r\n\r\nsor")
            .To(Failed(500, "sor")),
        ["a body without end"] = Endless("HTTP/1.1 200 OK\r\n\r\n", "y").To(new Delivered(200, new string('y', 2000))),
        ["a head without end"] = Endless("HTTP/1.1 200 OK\r\n", "X-Header: y\r\n")
            .To(Failed(null, "the answer's headers were too long")),
        ["a broken chunk in the answer"] = Raw(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntha\r\nzz\r\n").To(new Delivered(200, null)),
        ["a reset before the answer"] = Reset("").To(Failed(null, null)),
        ["a reset in the body"] = Reset("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ntha")
            .To(new Delivered(200, null)),
        ["a close before the answer"] = Raw("").To(Failed(null, null)),
        ["another protocol"] = Raw("SSH-2.0-OpenSSH_9.6\r\n").To(Failed(null, "the answer was not valid HTTP")),
        ["no TLS where https is asked for"] = Raw("HTTP/1.1 400 Bad Request\r\n\r\n").ByTls().To(Failed(null, NoTls)),
        ["TLS that hangs"] = Hang("").ByTls().To(Failed(null, TimedOut)),
        ["a name that vanishes"] = Named((_, _) => throw new SocketException((int)SocketError.HostNotFound))
            .To(Failed(null, NotFound)),
        ["a name without addresses"] = Named((_, _) => Task.FromResult<IPAddress[]>([])).To(Failed(null, NotFound)),
        ["a resolver that hangs"] = (Named(NeverAsync) with { IsHanging = true }).To(Failed(null, TimedOut)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task Each_behaviour_has_its_result(string name)
    {
        var behaviour = All[name];
        var clock = new FakeTimeProvider(Now);
        await using var receiver = new ScriptedReceiver(behaviour.Script, readsRequest: !behaviour.IsHttps);
        // A custom resolver needs a host name that is not loopback by definition; the allowed network lets it through.
        var options = new WebhookOptions(AllowLoopback: true, [IPNetwork.Parse("127.0.0.0/8")]);
        using var channel = new WebhookChannel(options, ServiceUrl, ServiceTokens, clock, behaviour.Resolve);
        var (scheme, host) = (behaviour.IsHttps || behaviour.Resolve is not null ? "https" : "http",
            behaviour.Resolve is null ? "127.0.0.1" : "endpoint.example");
        var sending = channel.SendAsync(Reminder($"{scheme}://{host}:{receiver.Port}/hook"),
            TestContext.Current.CancellationToken);
        while (behaviour.IsHanging && !sending.IsCompleted)
        {
            // Everything that can arrive has arrived. Time then advances in small steps, none of which is decisive.
            await Task.Delay(receiver.Connections == 0 && behaviour.Resolve is null ? 100 : 50,
                TestContext.Current.CancellationToken);
            clock.Advance(receiver.Connections == 0 && behaviour.Resolve is null ? TimeSpan.Zero
                : TimeSpan.FromSeconds(1));
        }

        var result = await sending;
        var expected = behaviour.Expected!;
        Assert.Equal(expected, expected.Response is null ? result with { Response = null } : result);
        Assert.True(result.Response is { Length: <= 2000 }
            && !result.Response.Contains("127.0.0.1", StringComparison.Ordinal));
        Assert.True(receiver.Connections <= 2,
            "A connection that breaks off is tried once more by the library at most.");
    }

    [Fact]
    public void The_matrix_has_more_than_30_rows() => Assert.True(All.Count > 30);

    private static TryAgain Failed(int? status, string? response, int? after = null) =>
        new(status, response, after is { } seconds ? Duration.FromSeconds(seconds) : null);

    private static Behaviour Text(string status, string body, string header = "X-Some: thing") =>
        Raw($"HTTP/1.1 {status}\r\n{header}\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    /// <summary>Returns an endpoint with a host name that resolves in this way.</summary>
    private static Behaviour Named(ResolveHost resolve) => Text("200 OK", "ok") with { Resolve = resolve };

    private static async Task<IPAddress[]> NeverAsync(string host, CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        return [];
    }

    private static Behaviour Raw(string answer) => Bytes(Encoding.Latin1.GetBytes(answer));

    private static Behaviour Body(byte[] body, string encoding) =>
        Bytes([.. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);

    private static Behaviour Bytes(byte[] answer) => new(async (socket, cancel) =>
    {
        await socket.SendAsync(answer, cancel);
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync(new byte[4096], cancel) > 0)
        {
            // Read until the peer has closed: closing with unread data would send a reset.
        }
    });

    private static Behaviour Hang(string answer) => new(async (socket, cancel) =>
    {
        await socket.SendAsync(Encoding.Latin1.GetBytes(answer), cancel);
        while (await socket.ReceiveAsync(new byte[4096], cancel) > 0)
        {
            // Read until the client gives up.
        }
    })
    {
        IsHanging = true,
    };

    private static Behaviour Endless(string head, string more) => new(async (socket, cancel) =>
    {
        await socket.SendAsync(Encoding.Latin1.GetBytes(head), cancel);
        var chunk = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(more, 1000)));
        while (true)
        {
            await socket.SendAsync(chunk, cancel);
        }
    });

    private static Behaviour Reset(string answer) => new(async (socket, cancel) =>
    {
        await socket.SendAsync(Encoding.Latin1.GetBytes(answer), cancel);
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    });

    private static byte[] Gzip(byte[] plain) => Pack(plain, stream => new GZipStream(stream, Best));

    private static byte[] Pack(byte[] plain, Func<Stream, Stream> encoder)
    {
        using var packed = new MemoryStream();
        using (var stream = encoder(packed))
        {
            stream.Write(plain);
        }

        return packed.ToArray();
    }

    private sealed record Behaviour(Func<Socket, CancellationToken, Task> Script)
    {
        public SendResult? Expected { get; init; }

        public bool IsHttps { get; init; }

        /// <summary>Whether the attempt ends only because time passes.</summary>
        public bool IsHanging { get; init; }

        public ResolveHost? Resolve { get; init; }

        public Behaviour To(SendResult expected) => this with { Expected = expected };

        public Behaviour ByTls() => this with { IsHttps = true };
    }
}
