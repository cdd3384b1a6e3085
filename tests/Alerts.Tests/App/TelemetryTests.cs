using Alerts.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Alerts.Tests.App;

public sealed class TelemetryTests
{
    [Fact]
    public void Without_a_collector_nothing_of_it_is_registered()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var before = builder.Services.Count;

        builder.AddTelemetry(new ConfigurationBuilder().Build());

        Assert.Equal(before, builder.Services.Count);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example.com")]
    [InlineData(
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://example.com/")]
    public void Either_standard_variable_turns_it_on(string name, string value)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddTelemetry(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(name, (string?)value)]).Build());

        Assert.Contains(builder.Services, service => service.ServiceType == typeof(OpenTelemetry.Trace.TracerProvider));
    }
}
