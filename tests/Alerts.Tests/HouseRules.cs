using System.Reflection;
using System.Text.RegularExpressions;
using Alerts.Dates;

namespace Alerts.Tests;

/// <summary>Repository rules that the compiler does not check, read from the sources and the built assembly.</summary>
public sealed partial class HouseRules
{
    /// <summary>Maximum number of lines in a file; above 300 is already a code smell.</summary>
    private const int MaxLines = 400;

    private static readonly IReadOnlyList<SourceFile> Product = ReadAll("src/Alerts");

    [Fact]
    public void No_file_of_the_product_has_more_than_400_lines() =>
        Assert.Empty(
            Product.Where(file => file.Lines.Count > MaxLines).Select(file => $"{file.Path}: {file.Lines.Count} lines")
        );

    [Fact]
    public void Every_file_says_the_namespace_of_the_room_it_lies_in() =>
        Assert.Empty(Product
            .Where(file => file.Room != "" && !file.Lines.Contains($"namespace Alerts.{file.Room.Replace('/', '.')};"))
            .Select(file => file.Path));

    [Theory]
    [InlineData("Dates")]
    [InlineData("Due")]
    public void A_pure_room_reads_no_clock_and_speaks_to_nobody(string room) =>
        Assert.Empty(Uses(ClockOrOutside(), file => file.IsIn(room)));

    [Fact]
    public void The_real_clock_is_named_only_where_the_service_is_put_together() =>
        Assert.Empty(Uses(RealClock(), file => !file.IsIn("App")));

    [Theory]
    [InlineData("Alerts.Dates")]
    [InlineData("Alerts.Due")]
    public void A_static_rule_is_handed_instants_and_never_a_clock(string room) =>
        Assert.Empty(
            from type in typeof(KeyDate).Assembly.GetTypes()
            where type.Namespace == room && type.IsAbstract && type.IsSealed
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            where method.GetParameters().Any(parameter => parameter.ParameterType.IsAssignableTo(typeof(IClock))
                || parameter.ParameterType.IsAssignableTo(typeof(TimeProvider)))
            select $"{type.Name}.{method.Name}");

    [Fact]
    public void No_room_is_named_for_a_kind_of_code() =>
        Assert.Empty(Product.Where(file => file.Room.Split('/').Any(KindOfCode().IsMatch)).Select(file => file.Path));

    /// <summary>Finds the lines of code (not comments) that match the pattern.</summary>
    private static IEnumerable<string> Uses(Regex pattern, Func<SourceFile, bool> among) =>
        from file in Product.Where(among)
        from line in file.Lines
        where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && pattern.IsMatch(line)
        select $"{file.Path}: {line.Trim()}";

    private static List<SourceFile> ReadAll(string folder)
    {
        var root = RepositoryRoot.At(folder);
        return
        [
            .. Directory
                .EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(path => new SourceFile(
                    Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllLines(path)))
                .Where(file => !file.IsIn("bin") && !file.IsIn("obj")),
        ];
    }

    [GeneratedRegex(
        @"\b(SystemClock|TimeProvider\.System|Stopwatch|TickCount|GetTimestamp|Console"
        + @"|Microsoft\.Data\.Sqlite|SqliteConnection|System\.Net\.Http|HttpClient)\b")]
    private static partial Regex ClockOrOutside();

    [GeneratedRegex(@"\b(SystemClock|TimeProvider\.System)\b")]
    private static partial Regex RealClock();

    [GeneratedRegex("^(Services|Helpers|Managers|Models|Interfaces|Common|Utils)$")]
    private static partial Regex KindOfCode();

    /// <param name="Path">Relative to the product's folder, with forward slashes.</param>
    private sealed record SourceFile(string Path, IReadOnlyList<string> Lines)
    {
        /// <summary>The folder of the file; empty for a file at the top.</summary>
        public string Room => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

        public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
    }
}
