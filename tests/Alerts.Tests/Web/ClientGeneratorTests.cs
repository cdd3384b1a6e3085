using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Alerts.Tests.Web;

/// <summary>
/// Tests that published generators make clients of the API's document, and that these compile. The document is the
/// snapshot, which another test compares with the service.
/// </summary>
public sealed class ClientGeneratorTests
{
    private static readonly string Document = RepositoryRoot.At("tests/Alerts.Tests/Web/openapi.v1.json");

    [Theory]
    [InlineData(CSharpJsonLibrary.SystemTextJson)]
    [InlineData(CSharpJsonLibrary.NewtonsoftJson)]
    public async Task NSwag_makes_a_client_that_compiles(CSharpJsonLibrary library)
    {
        var document = await OpenApiDocument.FromFileAsync(Document, Cancel);
        var settings = new CSharpClientGeneratorSettings { ClassName = "AlertsClient" };
        settings.CSharpGeneratorSettings.Namespace = "Generated";
        settings.CSharpGeneratorSettings.JsonLibrary = library;
        var code = new CSharpClientGenerator(document, settings).GenerateFile();

        var platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!; // set by the runtime
        var compilation = CSharpCompilation.Create(
            "Generated",
            [CSharpSyntaxTree.ParseText(code, cancellationToken: Cancel)],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        Assert.Empty(compilation.GetDiagnostics(Cancel).Where(one => one.Severity == DiagnosticSeverity.Error));
        Assert.Contains("class EmailChannelInput : ChannelInput", code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openapi_typescript_makes_types_that_compile_and_tell_channels_apart()
    {
        var generator = RealPart.Require("tests/parts/node_modules/openapi-typescript/bin/cli.js", RealPart.FromNpm);
        var compiler = RealPart.Require("tests/parts/node_modules/typescript/bin/tsc", RealPart.FromNpm);
        using var folder = new TemporaryFolder();
        await RunAsync("node", [generator, Document, "-o", folder.At("api.ts")]);
        await File.WriteAllTextAsync(folder.At("use.ts"), """
            import type { components, paths } from './api';
            type Schemas = components['schemas'];
            const email: Schemas['EmailChannelInput'] = { type: 'email', address: 'reader@example.com' };
            const webhook: Schemas['WebhookChannelInput'] = { type: 'webhook', url: 'https://example.com/hook' };
            export const inputs: Schemas['SubscribeInput'][] = [email, webhook].map(
              channel => ({ channel, leads: ['P1D'], timeZone: 'UTC' }));
            export type Dates = paths['/api/dates']['get']['responses']['200']['content']['application/json'];
            """, Cancel);
        await RunAsync("node", [
            compiler, "--strict", "--noEmit", "--skipLibCheck", "--target", "es2022",
            "--moduleResolution", "bundler", "--module", "es2022", folder.At("use.ts")]);
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        await using var process = ChildProcess.Start(program, arguments);
        var exitCode = await process.WaitForExitAsync(Cancel);
        Assert.True(exitCode == 0, string.Join('\n', [.. process.Output.All, .. process.Errors.All]));
    }
}
