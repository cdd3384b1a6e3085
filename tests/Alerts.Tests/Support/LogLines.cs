using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Alerts.Tests.Support;

/// <summary>Collects what the product logs at Information and above, one entry per line.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> All => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Keeper(categoryName, lines);

    public void Dispose()
    {
        // Nothing to dispose: the lines are read after the service that wrote them has ended.
    }

    private sealed class Keeper(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && category.StartsWith(
            "Alerts", StringComparison.Ordinal);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState,
            Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue($"{logLevel} {formatter(state, exception)}{(exception is null ? "" : " " + exception)}");
            }
        }
    }
}
