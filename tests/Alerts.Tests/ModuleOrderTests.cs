using Alerts.Dates;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Alerts.Tests;

/// <summary>A module uses only modules before it in the list. Read from the compiled program.</summary>
public sealed class ModuleOrderTests
{
    private static readonly string[] Order =
    [
        "Core", "Dates", "Subscriptions", "Due", "Ledger", "Senders", "Queue", "Audit", "Watch", "Sources", "Stores",
        "Web", "App",
    ];

    private static readonly Architecture Product = new ArchLoader().LoadAssemblies(typeof(KeyDate).Assembly).Build();

    [Fact]
    public void Every_type_is_in_a_module_of_the_list() => Assert.Empty(
        from type in Product.Types
        let module = ModuleOf(type)
        where module is not null && !Order.Contains(module)
        select type.FullName);

    [Fact]
    public void A_module_uses_only_modules_before_it()
    {
        var uses =
            from type in Product.Types
            let module = Array.IndexOf(Order, ModuleOf(type))
            where module >= 0
            from dependency in type.Dependencies.Where(one => one.Target is not GenericParameter)
            let used = Array.IndexOf(Order, ModuleOf(dependency.Target))
            where used >= 0
            select (Module: module, Used: used, Text: $"{type.FullName} uses {dependency.Target.FullName}");
        var all = uses.Distinct().ToList();

        Assert.Contains(all, use => use.Used < use.Module);
        Assert.Empty(all.Where(use => use.Used > use.Module).Select(use => use.Text));
    }

    /// <summary>Returns the first word after <c>Alerts.</c>; null for types outside the product's namespace.</summary>
    private static string? ModuleOf(IType type) =>
        type.Namespace?.FullName.Split('.') is ["Alerts", var module, ..] ? module : null;
}
