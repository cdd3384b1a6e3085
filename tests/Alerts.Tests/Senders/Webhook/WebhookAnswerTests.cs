using System.IO.Pipelines;
using System.Net;
using Alerts.Ledger;
using Alerts.Senders.Webhook;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests responses whose headers have arrived but whose body does not end properly.</summary>
public sealed class WebhookAnswerTests : IDisposable
{
    private readonly Pipe _wire = new();
    private readonly StreamContent _content;
    private readonly CancellationTokenSource _timeOut = new();

    public WebhookAnswerTests() => _content = new StreamContent(_wire.Reader.AsStream());

    public void Dispose()
    {
        _content.Dispose();
        _timeOut.Dispose();
    }

    [Fact]
    public async Task A_body_that_does_not_end_in_time_is_as_long_as_it_got()
    {
        await _wire.Writer.WriteAsync("tha"u8.ToArray());
        var reading = WebhookAnswer.ReadAsync(_content, _timeOut.Token, CancellationToken.None);
        await _timeOut.CancelAsync();
        Assert.Equal("tha", await reading);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_as_long_as_it_got()
    {
        await _wire.Writer.WriteAsync("tha"u8.ToArray());
        var reading = WebhookAnswer.ReadAsync(_content, _timeOut.Token, CancellationToken.None);
        await _wire.Writer.CompleteAsync(new IOException("reset"));
        Assert.Equal("tha", await reading);
    }

    [Fact]
    public async Task No_more_than_64_kilobytes_of_a_body_are_read()
    {
        using var body = new MemoryStream(new byte[100 * 1024]);
        using var content = new StreamContent(body);
        Assert.Equal(
            64 * 1024, (await WebhookAnswer.ReadAsync(content, _timeOut.Token, CancellationToken.None)).Length);
    }

    [Fact]
    public async Task The_end_of_the_service_is_not_taken_for_the_end_of_a_body()
    {
        using var end = new CancellationTokenSource();
        var reading = WebhookAnswer.ReadAsync(_content, end.Token, end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public void A_success_is_a_success_however_its_body_ended()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        Assert.Equal(new Delivered(200, "tha"), WebhookAnswer.Judge(response, "tha", challenge: null, now: default));
    }
}
