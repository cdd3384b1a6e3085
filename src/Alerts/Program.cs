using Alerts.App;

return await Commands.RunAsync(args);
