// The yardstick of the benchmarks: an ASP.NET Core app with one endpoint that does nothing, built like the endpoint of the benchmark load.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", () => "");
app.Run();
