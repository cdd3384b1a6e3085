using System.Text.Json.Nodes;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;
using NodaTime.Text;
using Spectre.Console;

namespace Alerts.App;

/// <summary>Shows each alert of the demo: in a live table on a terminal, otherwise as plain lines or JSON.</summary>
internal abstract class DemoOutput
{
    public static DemoOutput For(bool json) =>
        json ? new Json()
        : AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? new LiveTable()
        : new Lines();

    /// <summary>Shows a delivered alert.</summary>
    /// <param name="messageId">Id of the message that held the alert: the alert's own key, or <c>ag_…</c>.</param>
    public abstract void Show(OutboundAlert alert, string messageId);

    public virtual Task RunAsync(Func<Task> work) => work();

    public virtual void Total(string line) => Console.WriteLine(line);

    private static string To(OutboundAlert alert) =>
        alert.Subscription.Channel is { IsPersonal: false } channel ? channel.Name : alert.Subscription.Address;

    private static string What(OutboundAlert alert) => alert.Kind switch
    {
        AlertKind.Reminder => LeadText.TryParse(alert.Lead, out var lead, out _)
            ? PreferencesWords.Words(lead) : alert.Lead,
        AlertKind.Rescheduled => "moved",
        AlertKind.Cancelled => "cancelled",
        _ => throw new InvalidOperationException("A service message is no alert."),
    };

    private static string[] Cells(OutboundAlert alert) =>
        [
            InstantPattern.General.Format(alert.At),
            To(alert),
            What(alert) + (alert.IsLate ? " (late)" : ""),
            alert.Date.KeyDate.Title,
            $"r{alert.Date.KeyDate.Revision}",
        ];

    private sealed class Json : DemoOutput
    {
        public override void Show(OutboundAlert alert, string messageId)
        {
            var line = new JsonObject
            {
                ["alertKey"] = alert.Id,
                ["to"] = To(alert),
                ["keyDateId"] = alert.Date.KeyDate.Id,
                ["revision"] = alert.Date.KeyDate.Revision,
                ["kind"] = alert.Kind.Word(),
                ["lead"] = alert.Lead,
                ["dueAt"] = TimeText.Write(alert.DueAt),
                ["at"] = TimeText.Write(alert.At),
                ["late"] = alert.IsLate,
            };
            if (alert.Subscription.Channel.IsMailbox)
            {
                line["mail"] = messageId;
            }

            Console.WriteLine(line.ToJsonString());
        }

        public override void Total(string line) =>
            Console.WriteLine(new JsonObject { ["total"] = line }.ToJsonString());
    }

    private sealed class Lines : DemoOutput
    {
        public override void Show(OutboundAlert alert, string messageId)
        {
            var cells = Cells(alert);
            Console.WriteLine($"{cells[0]}  {cells[1],-20} {cells[2],-15} {cells[3]} ({cells[4]})");
        }
    }

    private sealed class LiveTable : DemoOutput
    {
        private readonly Table table = new Table()
            .Border(TableBorder.Rounded).AddColumns("When (UTC)", "To", "What", "Key date", "Rev.");
        private LiveDisplayContext? live;

        public override void Show(OutboundAlert alert, string messageId)
        {
            table.AddRow([.. Cells(alert).Select(Markup.Escape)]);
            live?.Refresh();
        }

        public override Task RunAsync(Func<Task> work) => AnsiConsole.Live(table).StartAsync(context =>
        {
            live = context;
            return work();
        });
    }
}
