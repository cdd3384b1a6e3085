using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>What an operator is sent when a source cannot be read for long.</summary>
public sealed class SourceReportFacts
{
    [Fact]
    public async Task The_operator_is_mailed_once()
    {
        await using var publisher = await FakePublisher.StartAsync();
        var start = Instant.FromUtc(2026, 1, 5, 8, 0);
        await using var service = await WholeService.StartAsync(
            start, Cancel, ("Alerts:Sources:AllowLoopback", "true"), ("Alerts:OperatorEmail", "operator@example.com"));
        await service.Get<SourceEdits>().PutAsync(
            new Source { Id = "gone", Type = SourceType.ICalendar, Url = publisher.Url + "/gone.ics" }, Cancel);
        var reads = service.Get<SourceReads>();
        Assert.Equal("the answer was 404", (await reads.CheckAsync("gone", Cancel))!.Error);
        service.JumpTo(start + Duration.FromHours(26));
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await reads.CheckAsync("gone", Cancel))!.IsReported);
        }

        var mail = await service.MailAsync("The source gone cannot be read", Cancel, to: "operator@example.com");
        Assert.Contains("the answer was 404", mail.TextBody, StringComparison.Ordinal);
        Assert.Single(service.Mails());
    }

    [Fact]
    public async Task The_mail_does_not_wait_for_the_next_read()
    {
        await using var publisher = await FakePublisher.StartAsync();
        var start = Instant.FromUtc(2026, 1, 5, 8, 0);
        await using var service = await WholeService.StartAsync(
            start, Cancel, ("Alerts:Sources:AllowLoopback", "true"), ("Alerts:OperatorEmail", "operator@example.com"));
        await service.Get<SourceEdits>().PutAsync(
            new Source { Id = "gone", Type = SourceType.ICalendar, Url = publisher.Url + "/gone.ics" }, Cancel);
        service.JumpTo(start + Duration.FromHours(12));
        for (var i = 0; i < 5; i++)
        {
            await service.Get<SourceReads>().CheckAsync("gone", Cancel);
        }

        var reads = publisher.Requests.Count;
        Assert.Empty(service.Mails());
        service.JumpTo(start + Duration.FromHours(25));
        await service.MailAsync("The source gone cannot be read", Cancel, to: "operator@example.com");
        await service.Get<DueReads>().ReadAllAsync(Cancel);
        Assert.Single(service.Mails());
        Assert.Equal(reads, publisher.Requests.Count);
    }
}
