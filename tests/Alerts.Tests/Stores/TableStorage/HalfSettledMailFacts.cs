using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Stores.TableStorage;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>A mail of several is sent again while not all of its rows are free.</summary>
public sealed class HalfSettledMailFacts
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The process ends after it has marked only one of the rows.</summary>
    /// <param name="result">Of the row that was marked.</param>
    /// <param name="isNamed">Whether the queue hands out the message of the other row again.</param>
    [Theory]
    [InlineData("refused", false)]
    [InlineData("refused", true)]
    [InlineData("in doubt", true)]
    public async Task Its_rows_are_sent_again_together_under_the_old_id(string result, bool isNamed)
    {
        await using var world = await World.At("2025-11-01 10:30", ("Store", "TableStorage"));
        var posts = world.Get<DirectPosts>();
        AlertMessage? message = null;
        posts.Loses = posted => posted.Alerts[0].Kind != AlertKind.Service && (message = posted) == posted;
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        var reader = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 09:00");
        var ledger = world.Get<IClaimStore>();
        List<ClaimRequest> requests =
        [
            .. Enumerable.Range(0, 2).Select(place => new ClaimRequest(message!, place) // posted for this instant
            {
                MaxAlertsPerMessage = OutboundDigest.MaxAlerts,
            }),
        ];
        var claims = (await ledger.ClaimAsync(requests, shares: null, Cancel)).SelectMany(one => one.Claims).ToList();
        var id = Assert.Single(claims.Select(claim => claim.DigestId).Distinct());
        posts.Loses = _ => false;
        SendResult marked = result == "in doubt" ? new InDoubt("no answer", Duration.FromSeconds(90))
            : new TryAgain(451, "later");
        await ledger.SettleAsync(
            new EmailChannel(), [new Settlement(claims[0], marked, world.Now, TimeSpan.Zero)], Cancel);

        await world.RunUntil(world.Now + Duration.FromSeconds(30));
        Assert.Empty(world.Mails); // the lease of the other lasts

        world.Real.Ahead = TimeSpan.FromSeconds(61);
        if (isNamed)
        {
            Assert.Equal(
                [ClaimResult.Nothing],
                await ledger.ClaimAsync(
                    [requests[claims[0].Message.Id == message!.Alerts[0].Key ? 1 : 0]], shares: null, Cancel));
        }

        await world.RunUntil("2025-11-09 09:02");

        var mail = Assert.IsType<OutboundDigest>(Assert.Single(world.Mails));
        Assert.Equal(id, mail.Id);
        Assert.Equal(["a", "b"], mail.Alerts.Select(alert => alert.Date.KeyDate.Id));
        Assert.All(await world.Ledger(reader), row => Assert.Equal(DeliveryState.Delivered, row.State));
    }

    [Fact]
    public async Task A_row_that_was_let_wait_for_its_own_mail_goes_with_it()
    {
        var faults = new TableFaults(seed: 1);
        await using var world = await World.At("2025-11-01 10:30", faults, ("Store", "TableStorage"));
        var posts = world.Get<DirectPosts>();
        AlertMessage? message = null;
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        var reader = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 08:00");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(451, "later"));
        await world.RunUntil("2025-11-09 09:00");
        posts.Loses = posted => (message = posted) == posted;
        await world.RunUntil("2025-11-09 09:01");
        var ledger = world.Get<IClaimStore>();
        var requests = Enumerable.Range(0, 2).Select(place => new ClaimRequest(message!, place) // its second retry
        {
            MaxAlertsPerMessage = OutboundDigest.MaxAlerts,
        }).OrderBy(request => LedgerRow.PartitionOf(request.Alert), StringComparer.Ordinal).ToList();
        await world.RunUntil("2025-11-09 09:08");
        var writes = 0;
        faults.Before = async asked =>
        {
            // Between the first row of the mail and the second, another process claims the second.
            if (!asked.StartsWith("GET", StringComparison.Ordinal) && ++writes == 2)
            {
                Assert.Equal([ClaimResult.Nothing], await ledger.ClaimAsync([requests[1]], shares: null, Cancel));
            }
        };
        var claimed = Assert.Single(await ledger.ClaimAsync([requests[0]], shares: null, Cancel));
        faults.Before = null;

        Assert.Equal(["a", "b"], claimed.Claims
            .Select(claim => ((OutboundAlert)claim.Message).Date.KeyDate.Id).Order());
        Assert.All(await world.Ledger(reader), row => Assert.Equal(DeliveryState.Sending, row.State));
        posts.Loses = _ => false;
        await ledger.SettleAsync(
            new EmailChannel(),
            [
                .. claimed.Claims.Select(claim =>
                    new Settlement(claim, new Delivered(250, "ok"), world.Now, TimeSpan.Zero)),
            ],
            Cancel);
        Assert.All(await world.Ledger(reader), row => Assert.Equal(DeliveryState.Delivered, row.State));
    }

    /// <summary>
    /// The process ends after it has marked one of the rows, whose next retry is due half an hour later. The other,
    /// whose attempt was broken off, could be sent at once.
    /// </summary>
    [Fact]
    public async Task A_row_that_could_be_sent_sooner_waits_for_its_mail()
    {
        await using var world = await World.At("2025-11-01 10:30", new TableFaults(seed: 1), ("Store", "TableStorage"));
        var posts = world.Get<DirectPosts>();
        AlertMessage? message = null;
        await world.Date("a", "2025-11-10 12:00");
        await world.Date("b", "2025-11-10 13:00");
        var reader = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 08:00");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(451, "later"));
        await world.RunUntil("2025-11-09 09:00");
        posts.Loses = posted => (message = posted) == posted;
        await world.RunUntil("2025-11-09 09:08");
        var ledger = world.Get<IClaimStore>();
        var claims = (await ledger.ClaimAsync(
            [
                .. Enumerable.Range(0, 2).Select(place => new ClaimRequest(message!, place) // its second retry
                {
                    MaxAlertsPerMessage = OutboundDigest.MaxAlerts,
                }),
            ], shares: null, Cancel)).SelectMany(one => one.Claims).ToList();
        var id = Assert.Single(claims.Select(claim => claim.DigestId).Distinct());
        posts.Loses = _ => false;
        await ledger.SettleAsync(
            new EmailChannel(),
            [new Settlement(claims[0], new TryAgain(451, "later"), world.Now, TimeSpan.Zero)], Cancel);
        world.Mails.Clear();
        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(250, "ok"));
        world.Real.Ahead = TimeSpan.FromSeconds(61);
        await ledger.ClaimAsync(
            [
                .. Enumerable.Range(0, 2).Where(place => message!.Alerts[place].Key != claims[0].Message.Id)
                    .Select(place => new ClaimRequest(message!, place)
                    {
                        MaxAlertsPerMessage = OutboundDigest.MaxAlerts,
                    }),
            ], shares: null, Cancel);
        await world.RunUntil("2025-11-09 10:00");

        var mail = Assert.IsType<OutboundDigest>(Assert.Single(world.Mails));
        Assert.Equal(id, mail.Id);
        Assert.Equal(["a", "b"], mail.Alerts.Select(alert => alert.Date.KeyDate.Id));
        Assert.All(await world.Ledger(reader), row => Assert.Equal(DeliveryState.Delivered, row.State));
    }

    /// <summary>Only its properties are asked for.</summary>
    private sealed class EmailChannel : IChannel
    {
        public ChannelKind Kind { get; } = new Alerts.Senders.Email.EmailKind();

        public int MaxConcurrency => 0;

        public bool DisablesWhatFails => false;

        public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
