using System.Text.Json;
using Alerts.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace Alerts.Tests.Support;

/// <summary>
/// The whole service as <c>alerts serve</c> builds it, workers and outbox included, in this process. Its clock does not
/// move until a test makes it jump; everything due by then is sent at once.
/// </summary>
internal sealed class WholeService : IAsyncDisposable
{
    internal const string AdminKey = "key of the operator";

    private readonly WebApplication app;
    private readonly TemporaryFolder folder;
    private readonly ServiceClock clock;

    private WholeService(WebApplication app, TemporaryFolder folder, ServiceClock clock, Uri url)
    {
        this.app = app;
        this.folder = folder;
        this.clock = clock;
        Url = url;
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = url
        };
    }

    internal Uri Url { get; }

    internal HttpClient Http { get; }

    internal Instant Now => clock.Now;

    internal static async Task<WholeService> StartAsync(
        Instant start, CancellationToken cancel, params (string Name, string Value)[] settings)
    {
        var folder = new TemporaryFolder();
        var url = new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}"));
        var clock = new ServiceClock(TimeProvider.System, start, speed: 0);
        var configured = new Settings(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Prepend(("Alerts:Dates:Shipped", "false"))
                .ToDictionary(setting => setting.Item1, string? (setting) => setting.Item2)).Build());
        var app = ServeCommand.Build(
            configured, Commands.FolderOf(folder.Path, configured), clock, new PublicUrl(url),
            [url.GetLeftPart(UriPartial.Authority)], AdminKey);
        await ServeCommand.StartAsync(app, cancel);
        return new WholeService(app, folder, clock, url);
    }

    internal T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    internal void JumpTo(Instant to)
    {
        clock.JumpTo(to);
        Get<ChangeSignal>().Raise();
    }

    /// <summary>Saves a date through the API as the operator.</summary>
    /// <param name="date">The key date as JSON.</param>
    internal async Task PutDateAsync(string id, string date, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/dates/" + id)
        {
            Content = new StringContent(date)
        };
        request.Headers.Authorization = new("Bearer", AdminKey);
        using var answer = await Http.SendAsync(request, cancel);
        Xunit.Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(cancel));
    }

    /// <summary>Adds a date with a time in New York.</summary>
    internal Task PutDateAsync(
        string id, string title, string day, string time, CancellationToken cancel, string topic = "tariffs") =>
        PutDateAsync(
            id,
            $$$"""
            {"title":{{{JsonSerializer.Serialize(title)}}},"topics":["{{{topic}}}"],
            "when":{"date":"{{{day}}}","time":"{{{time}}}","timeZone":"America/New_York"},
            "source":"https://example.com/source","checkedOn":"2025-10-20"}
            """,
            cancel);

    /// <summary>The mails in the outbox, oldest first.</summary>
    internal IReadOnlyList<MimeMessage> Mails() => !Directory.Exists(folder.At("outbox"))
        ? []
        : [.. new DirectoryInfo(folder.At("outbox"))
            .EnumerateFiles("*.eml").OrderBy(file => file.LastWriteTimeUtc).Select(
                file => MimeMessage.Load(new MemoryStream(MailCheck.Checked(File.ReadAllBytes(file.FullName)))))];

    /// <summary>The ids that <c>/outbox</c> uses for the mails, newest first.</summary>
    internal IReadOnlyList<string> MailIds() => [.. new DirectoryInfo(folder.At("outbox"))
        .EnumerateFiles("*.eml").OrderByDescending(file => file.LastWriteTimeUtc)
        .Select(file => Path.GetFileNameWithoutExtension(file.Name))];

    /// <summary>Waits for a mail whose subject contains these words (case ignored) and returns it.</summary>
    /// <param name="to">The address it is sent to; null for any.</param>
    internal async Task<MimeMessage> MailAsync(string words, CancellationToken cancel, string? to = null)
    {
        MimeMessage? found = null;
        await Eventually.BecomesTrueAsync(
            $"a mail \"{words}\" lies in the outbox "
                + $"(there are: {string.Join("; ", Mails().Select(mail => mail.Subject))})",
            () => Task.FromResult((found = Mails().FirstOrDefault(mail =>
                mail.Subject?.Contains(words, StringComparison.OrdinalIgnoreCase) == true
                && (to is null || mail.To.ToString() == to))) is not null),
            cancel);
        return found!; // BecomesTrueAsync throws otherwise
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        folder.Dispose();
    }
}
