// The baseline of the benchmarks: an ASP.NET Core app with one endpoint that does nothing, built like the empty
// endpoint of the benchmark "load".
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapGet("/", () => "");
app.Run();
