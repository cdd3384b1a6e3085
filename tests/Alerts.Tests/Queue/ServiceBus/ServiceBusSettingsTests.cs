using Alerts.Queue.ServiceBus;

namespace Alerts.Tests.Queue.ServiceBus;

/// <summary>Tests the settings that name the namespace, and the errors for invalid ones.</summary>
public sealed class ServiceBusSettingsTests
{
    private const string Secret = "c2VjcmV0c2VjcmV0";

    [Theory]
    // As the portal shows it; the emulator's, with and without a port; parts in any order and case;
    // with the endpoint as the portal's overview shows it.
    [InlineData(
        "Endpoint=sb://alerts.servicebus.windows.net/;SharedAccessKeyName=p;SharedAccessKey=" + Secret + "=",
        "alerts.servicebus.windows.net")]
    [InlineData(
        "Endpoint=sb://localhost;SharedAccessKeyName=p;SharedAccessKey=" + Secret + ";UseDevelopmentEmulator=true;",
        "localhost")]
    [InlineData(
        "Endpoint=sb://127.0.0.1:40123;SharedAccessKeyName=p;SharedAccessKey="
            + Secret
            + ";UseDevelopmentEmulator=true",
        "127.0.0.1")]
    [InlineData(
        "sharedaccesskey=" + Secret + "; SharedAccessKeyName=p ;ENDPOINT=sb://alerts.servicebus.windows.net",
        "alerts.servicebus.windows.net")]
    [InlineData(
        "Endpoint=https://alerts.servicebus.windows.net:443/;SharedAccessKeyName=p;SharedAccessKey=" + Secret,
        "alerts.servicebus.windows.net")]
    public async Task A_connection_string_names_the_namespace_and_the_key(string text, string host)
    {
        var options = QueueEnds.Options(("ServiceBus:ConnectionString", text));

        Assert.Equal(host, options.Host);
        Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
        await using var ends = new QueueEnds(text, "email"); // the library accepts it
    }

    [Fact]
    public void A_namespace_alone_means_a_managed_identity() =>
        Assert.Equal(
            new ServiceBusOptions("alerts.servicebus.windows.net", ConnectionString: null),
            QueueEnds.Options(("ServiceBus:Namespace", "alerts.servicebus.windows.net")));

    [Theory]
    [InlineData("Endpoint=sb://a.example/;SharedAccessKeyName=p", "lacks SharedAccessKey")]
    [InlineData("Endpoint=sb://a.example/;SharedAccessKey=" + Secret, "lacks SharedAccessKeyName")]
    [InlineData("SharedAccessKeyName=p;SharedAccessKey=" + Secret, "lacks Endpoint")]
    [InlineData("Endpoint=sb://a b/;SharedAccessKeyName=p;SharedAccessKey=" + Secret, "sb://NAME")]
    [InlineData(
        "Endpoint=sb://a.example/;SharedAccessKeyName=p;SharedAccessKey=" + Secret + ";EntityPath=email", "EntityPath")]
    [InlineData(
        "Endpoint=sb://a.example/;SharedAccessSignature=SharedAccessSignature sr=" + Secret, "SharedAccessSignature")]
    [InlineData(Secret, "NAME=VALUE")]
    public void A_bad_connection_string_is_refused_with_what_to_write_and_without_its_key(string text, string expected)
    {
        var refused = Assert.Throws<BadSettingException>(() =>
            QueueEnds.Options(("ServiceBus:ConnectionString", text)));

        Assert.StartsWith("Alerts:ServiceBus:ConnectionString ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alerts")]
    [InlineData("sb://alerts.servicebus.windows.net")]
    [InlineData("alerts.servicebus.windows.net:5671")]
    [InlineData("10.0.0.1")]
    public void A_namespace_is_written_as_its_full_host_name(string text) =>
        Assert.Equal(
            $"Alerts:ServiceBus:Namespace is \"{text}\": write the namespace's full host name, "
            + "such as NAME.servicebus.windows.net.",
            Assert.Throws<BadSettingException>(() => QueueEnds.Options(("ServiceBus:Namespace", text))).Message);

    [Fact]
    public void Either_the_one_or_the_other_is_set()
    {
        var neither = Assert.Throws<BadSettingException>(() => QueueEnds.Options());
        var both = Assert.Throws<BadSettingException>(() =>
            QueueEnds.Options(
                ("ServiceBus:ConnectionString", "Endpoint=sb://a.example"), ("ServiceBus:Namespace", "a.example")));

        Assert.Contains(
            "Alerts:ServiceBus:ConnectionString is missing: write Endpoint=", neither.Message,
            StringComparison.Ordinal);
        Assert.Contains("Alerts:ServiceBus:Namespace", neither.Message, StringComparison.Ordinal);
        Assert.Contains("are both set", both.Message, StringComparison.Ordinal);
    }
}
