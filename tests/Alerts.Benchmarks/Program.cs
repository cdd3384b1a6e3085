return await Alerts.Benchmarks.Commands.RunAsync(args);
