using System.Net.Sockets;
using System.Text;

namespace Alerts.Tests.Web;

/// <summary>Tests requests whose body does not match their headers.</summary>
public sealed class BrokenBodyFacts
{
    [Theory]
    [InlineData("zz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhelloXX0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n")]
    [InlineData("ffffffffffffffff\r\nhello\r\n")] // more than 32 bits
    [InlineData("80000000\r\nhello\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("2\r\n{}\r\nqq\r\n")]
    public async Task A_broken_chunk_is_a_400_on_every_route_that_reads_a_body(string body)
    {
        await using var service = await TestService.StartAsync();
        foreach (var path in (string[])["/api/subscriptions", "/api/subscriptions/preview", "/subscribe",
            "/hooks/sendgrid"])
        {
            var answer = await SendAsync(service,
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        }
    }

    private static async Task<string> SendAsync(TestService service, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(service.Client.BaseAddress!.Host, service.Client.BaseAddress.Port,
            TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }
}
