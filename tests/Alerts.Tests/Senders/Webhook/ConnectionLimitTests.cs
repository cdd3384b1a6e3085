using Alerts.Ledger;
using Alerts.Senders.Webhook;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static Alerts.Tests.Senders.Webhook.WebhookMessages;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>Tests connections to many hosts with a limit of four open ones, and how long a body is read.</summary>
public sealed class ConnectionLimitTests : IAsyncLifetime
{
    private readonly WebhookChannel channel = new(
        Loopback with { MaxConnections = 4 }, ServiceUrl, ServiceTokens, TimeProvider.System);
    private WebhookReceiver receiver = null!; // set before every test

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => receiver = await WebhookReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Forty_hosts_one_after_the_other_never_have_more_than_four()
    {
        using var endpoints = new RawEndpoints();
        for (var i = 0; i < 40; i++)
        {
            Assert.IsType<Delivered>(await channel.SendAsync(Reminder(endpoints.Url("ok", i, ownHost: true)), Cancel));
            Assert.InRange(channel.OpenConnections, 1, 4);
        }
    }

    [Fact]
    public async Task Forty_hosts_at_once_wait_for_one_another()
    {
        using var endpoints = new RawEndpoints();
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            Assert.IsType<Delivered>(await channel.SendAsync(Reminder(endpoints.Url("ok", i, ownHost: true)), Cancel));
            most = Math.Max(most, channel.OpenConnections);
        }));
        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task A_connection_in_use_is_not_taken_away()
    {
        using var endpoints = new RawEndpoints();
        var answer = new TaskCompletionSource();
        receiver.Answer = (_, _) => answer.Task;
        var slow = channel.SendAsync(Reminder(receiver.Address.ToString()), Cancel);
        await receiver.NextAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<Delivered>(await channel.SendAsync(Reminder(endpoints.Url("ok", i, ownHost: true)), Cancel));
        }

        answer.SetResult();
        Assert.IsType<Delivered>(await slow);
    }

    [Fact]
    public async Task A_host_whose_connection_was_closed_gets_a_new_one()
    {
        using var endpoints = new RawEndpoints();
        for (var i = 0; i < 30; i++)
        {
            Assert.IsType<Delivered>(
                await channel.SendAsync(Reminder(endpoints.Url("ok", i % 6, ownHost: true)), Cancel));
        }
    }

    [Fact]
    public async Task A_2xx_counts_once_its_headers_are_there_and_its_body_is_read_for_two_seconds()
    {
        var time = new FakeTimeProvider();
        using var patient = new WebhookChannel(Loopback, ServiceUrl, ServiceTokens, time);
        var written = new TaskCompletionSource();
        receiver.Answer = async (context, _) =>
        {
            await context.Response.WriteAsync("some of it", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            written.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var sending = patient.SendAsync(Reminder(receiver.Address.ToString()), Cancel);
        await written.Task.WaitAsync(Cancel);
        while (!sending.IsCompleted)
        {
            // Reading may begin a moment after writing, so time advances until it has ended.
            time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(10, Cancel);
        }

        Assert.IsType<Delivered>(await sending);
    }
}
