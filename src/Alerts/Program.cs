using Alerts.App;
using Alerts.App.Functions;

return FunctionsHost.HasStarted(args) ? await FunctionsHost.RunAsync(args) : await Commands.RunAsync(args);
