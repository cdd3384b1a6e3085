using System.Text.Json;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Web;

/// <summary>Writes a subscription as its owner sees it.</summary>
internal static class SubscriptionText
{
    /// <summary>
    /// Writes the members <c>{id, status, …, channel, dates, topics, leads, timeZone, at, quietHours, createdAt}</c>
    /// into an open object.
    /// </summary>
    /// <param name="writeOnce">
    /// Writes members after <c>status</c> that only the response to the creation shows; null for none.
    /// </param>
    public static void WriteMembers(
        Utf8JsonWriter json,
        Subscription subscription,
        Action<Utf8JsonWriter>? writeOnce = null)
    {
        json.WriteString("id", subscription.Id);
        json.WriteString("status", subscription.Status.Word());
        writeOnce?.Invoke(json);
        json.WriteStartObject("channel");
        json.WriteString("type", subscription.Channel.Name);
        foreach (var (name, value) in subscription.Channel.Show(subscription))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        PreferencesJson.WriteMembers(json, subscription.Preferences);
        json.WriteString("createdAt", TimeText.Write(subscription.CreatedAt));
    }
}
