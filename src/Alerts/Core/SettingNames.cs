namespace Alerts.Core;

/// <summary>
/// The known settings below <c>Alerts</c>. An unknown setting is probably misspelled and prevents the start.
/// </summary>
internal static class SettingNames
{
    private const string Section = "Alerts";

    /// <summary>Names that end in <c>:*</c> hold lists, or are read by the Functions host.</summary>
    private static readonly string[] Known =
    [
        "AdminKey",
        "ClientAddressHeader",
        "Corrections:Hold",
        "Dates:Shipped",
        "Email:From",
        "Email:Provider",
        "Email:SendGrid:ApiHost",
        "Email:SendGrid:ApiKey",
        "Email:SendGrid:EventPublicKey",
        "Email:Smtp:Host",
        "Email:Smtp:Password",
        "Email:Smtp:Port",
        "Email:Smtp:Security",
        "Email:Smtp:User",
        "OperatorEmail",
        "Proxies:*",
        "PublicUrl",
        "Queue",
        "ServiceBus:*",
        "Sources:AllowLoopback",
        "Sources:AllowedNetworks:*",
        "Sources:FederalRegister:BaseUrl",
        "Sources:Schedule",
        "Sqlite:Path",
        "Store",
        "TableStorage:ConnectionString",
        "TableStorage:ServiceUri",
        "TokenKey",
        "Watch:Every",
        "Watch:Schedule",
        "Webhooks:AllowLoopback",
        "Webhooks:AllowedNetworks:*",
        "Webhooks:MaxConnections",
    ];

    /// <exception cref="BadSettingException">A setting is unknown.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var (name, value) in configuration.GetSection(Section).AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !Known.Any(known => Is(name, known)))
            {
                throw new BadSettingException($"{Section}:{name} is not a setting; {Advice(name)}");
            }
        }

        if (configuration.GetChildren().Select(child => child.Key).FirstOrDefault(IsOneUnderscoreShort) is { } variable)
        {
            throw new BadSettingException(
                $"{variable} is not a setting; did you mean {variable.Replace("__", "_", StringComparison.Ordinal)
                    .Replace("_", "__", StringComparison.Ordinal)}?");
        }
    }

    /// <summary>Whether it is the environment variable of a setting with a single underscore somewhere.</summary>
    private static bool IsOneUnderscoreShort(string variable) =>
        variable.StartsWith(Section + "_", StringComparison.OrdinalIgnoreCase)
        && variable[(Section.Length + 1)..].Split('_', StringSplitOptions.RemoveEmptyEntries) is var parts
        && Known.Any(known => Is(string.Join(':', parts), known));

    private static bool Is(string name, string known) => known.EndsWith(":*", StringComparison.Ordinal)
        ? $"{name}:".StartsWith(known[..^1], StringComparison.OrdinalIgnoreCase)
        : name.Equals(known, StringComparison.OrdinalIgnoreCase);

    private static string Advice(string name)
    {
        var names = Known.Select(known => known.TrimEnd('*').TrimEnd(':')).ToList();
        var nearest = names.Find(known => known.EndsWith(":" + name, StringComparison.OrdinalIgnoreCase))
            ?? names
                .Where(known => TypingDistance.Of(name, known) <= Math.Max(3, name.Length / 2))
                .MinBy(known => TypingDistance.Of(name, known));
        return nearest is null
            ? "remove it, or see the README for the settings there are."
            : $"did you mean {Section}:{nearest}?";
    }
}
