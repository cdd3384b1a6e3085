using System.Text;
using System.Text.Json.Nodes;

namespace Alerts.Tests.Support;

/// <summary>
/// Generates values for a schema of the API's document: valid ones, ones at and beyond every boundary, and ones
/// of a wrong type.
/// </summary>
internal sealed class RandomJson(ApiContract contract, Random random)
{
    /// <summary>Plausible and tricky values, by member or parameter name.</summary>
    private static readonly Dictionary<string, string[]> Meaningful = new()
    {
        ["title"] =
        [
            "The truce ends", "x", "<script>alert(1)</script>", "a\r\nBcc: all@example.com", "\u202Egnitirw",
            "🕰️ 4 bytes"
        ],
        ["date"] =
        [
            "2025-11-10", "2024-02-29", "2025-02-29", "1900-01-01", "9998-12-31", "9999-12-31", "2025-13-01",
            "10.11.2025"
        ],
        ["checkedOn"] = ["2025-10-25", "0000-00-00"],
        ["from"] = ["2025-11-10", "22:00", "9998-12-31"],
        ["to"] = ["2025-11-10", "07:00", "1899-12-31"],
        ["time"] = ["00:01", "02:30", "23:59", "24:00", "9:00"],
        ["at"] = ["09:00", "02:30", "25:00"],
        ["timeZone"] =
            ["America/New_York", "UTC", "Asia/Kolkata", "Pacific/Apia", "Mars/Olympus", "europe/berlin", "GMT+5"],
        ["items"] =
        [
            "P7D", "P1D", "PT1H", "P0D", "3BD", "3bd/us-federal", "P2Y", "P24M1D", "P731D", "PT99999999999999999999S",
            "P-1D", "tariffs", "date-1", "date-2"
        ],
        ["type"] = ["email", "webhook", "pigeon"],
        ["format"] = ["standard", "cloudevents", "morse"],
        ["address"] =
        [
            "reader@example.com", "a@b", "\"a\\\"b\"@example.com", "x@example.com\r\nBcc: y@example.com",
            "ü@example.com"
        ],
        ["contact"] = ["owner@example.com", "nobody"],
        ["url"] =
        [
            "https://example.com/hook", "http://127.0.0.1/", "https://[::1]/", "https://user:pass@example.com/",
            "https://xn--/", "javascript:alert(1)", "https://example.com:99999/"
        ],
        ["source"] = ["https://example.com/a?b=c#d", "ftp://example.com", "//example.com"],
        ["status"] = ["tentative", "confirmed", "cancelled", "occurred"],
        ["since"] = ["2025-10-24T00:00:00Z", "2025-10-24T00:00:00+14:00", "2025-10-24", "9999-12-31T23:59:60Z"],
        ["now"] = ["2025-10-01T00:00:00Z", "1900-01-01T00:00:00Z", "9998-12-31T23:59:59Z", "-0001-01-01T00:00:00Z"],
        ["topic"] = ["tariffs", "Tariffs", "no-such-topic"],
        ["limit"] = ["1", "200", "0", "201", "-1", "1e3", "99999999999999999999"],
        ["cursor"] =
        [
            "MTc5NDI4NjA2MDAwMCBkYXRlLTE", "LTk5OTk5OTk5OTk5OTk5OTk5OTkgYQ", "NQ", "////", "eA",
            "OTIyMzM3MjAzNjg1NDc3NTgwNw", "OTIyMzM3MjAzNjg1NDc3NTgwOA"
        ],
        ["state"] = ["queued", "delivered", "failed", "Void"],
        ["dryRun"] = ["true", "false", "1"],
        ["If-Match"] = ["\"1\"", "W/\"1\"", "*", "\"1-occurred\"", "\"99999999999999\"", "\"", ",", "nonsense"],
        ["If-None-Match"] = ["\"1\"", "W/\"1\"", "*", "\"", ",,,", "\"a\", \"b\"", "nonsense"],
        ["Idempotency-Key"] = ["a-key-of-16-or-more", "another-key-of-16", "short", "two words in one key", "\t"],
    };

    private static readonly string[] Boundaries =
    [
        "", " ", "0", "-1", "null", "true", "[]", "{}", "%", "..", "\\", "'", "\"", "\u0000", "\u001F", "\u007F",
        "\uFEFF", "\u202E", "🕰️", "é", "ﬀ", "<b>", "{{x}}", "${x}", "' OR 1=1 --", "\r\nX: y"
    ];

    public T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    public bool Chance(double part) => random.NextDouble() < part;

    /// <summary>Returns a value for a parameter with this name.</summary>
    public string Text(string name) =>
        Chance(0.8) && Meaningful.TryGetValue(name, out var words) ? Any(words)
        : Chance(0.5) ? Any(Boundaries)
        : Chance(0.5) ? new string(
            (char)random.Next('a', 'z' + 1), Any([1, 64, 65, 200, 201, 255, 256, 1000, 2000, 2001]))
        : Letters(random.Next(1, 30));

    /// <summary>Returns a value for a schema, mostly of its type.</summary>
    public JsonNode? Value(JsonObject schema, string name, int depth = 0)
    {
        if (depth > 8 || Chance(0.04))
        {
            return Anything(depth);
        }

        var resolved = contract.Resolve(schema);
        if (resolved["oneOf"] is JsonArray choices)
        {
            return Value(Any(choices.ToList())!.AsObject(), name, depth + 1);
        }

        if (resolved["enum"] is JsonArray words && Chance(0.8))
        {
            return Any(words.ToList())!.DeepClone();
        }

        var type = resolved["type"] is JsonArray types ? (string?)Any(types.ToList()) : (string?)resolved["type"];
        return type switch
        {
            "object" => Members(resolved, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, Chance(0.03) ? 600 : random.Next(0, 5))
                .Select(_ => Value(resolved["items"]!.AsObject(), "items", depth + 1))]),
            "integer" or "number" =>
                Any<JsonNode>([0, 1, -1, 200, int.MaxValue, long.MinValue, 1.5, 1e300]).DeepClone(),
            "boolean" => Chance(0.5),
            "null" => null,
            "string" => JsonValue.Create(Text(name)),
            _ => Anything(depth),
        };
    }

    /// <summary>Returns a request body: bytes of JSON for the schema, or of something close to it.</summary>
    public byte[] Body(JsonObject media)
    {
        var text = Chance(0.5) ? Mutated(Any(media["examples"]!.AsObject().ToList()).Value!["value"]!.DeepClone())
            : Value(media["schema"]!.AsObject(), "body")?.ToJsonString() ?? "null";
        return random.Next(60) switch
        {
            0 => Encoding.UTF8.GetBytes(text[..random.Next(text.Length)]),
            1 => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            2 => Encoding.Unicode.GetBytes(text),
            3 => [.. Encoding.UTF8.GetBytes(text), 0xFF],
            4 => Encoding.UTF8.GetBytes(new string('[', 2000)),
            5 => Encoding.UTF8.GetBytes("{\"title\":\"\\ud800\",\"\\udc00\":1,\"leads\":[\"\\ud800\"]}"),
            6 => Encoding.UTF8.GetBytes(text.Replace("{\"", "{\"leads\":[],\"leads\":[],\"", StringComparison.Ordinal)),
            7 => [],
            8 when Chance(0.1) => Encoding.UTF8.GetBytes($"{{\"title\":\"{new string('x', 300_000)}\"}}"),
            _ => Encoding.UTF8.GetBytes(text),
        };
    }

    /// <summary>Returns an example in which a member may be removed or have another value.</summary>
    private string Mutated(JsonNode example)
    {
        if (example is JsonObject members && members.Count > 0 && Chance(0.5))
        {
            var name = Any(members.ToList()).Key;
            if (Chance(0.3))
            {
                members.Remove(name);
            }
            else
            {
                members[name] = Chance(0.5) ? Anything(0) : JsonValue.Create(Text(name));
            }
        }

        return example.ToJsonString();
    }

    private JsonObject Members(JsonObject schema, int depth)
    {
        var required = schema["required"]?.AsArray().Select(name => (string?)name).ToHashSet() ?? [];
        var made = new JsonObject();
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            if (Chance(required.Contains(name) ? 0.95 : 0.5))
            {
                made[name] = Value(member!.AsObject(), name, depth + 1);
            }
        }

        if (Chance(0.03))
        {
            made[Letters(5)] = Anything(depth);
        }

        return made;
    }

    private JsonNode? Anything(int depth) => random.Next(8) switch
    {
        0 => null,
        1 => Chance(0.5),
        2 => Any([0, -1, long.MaxValue, 1e300]),
        3 when depth < 8 => new JsonArray(Anything(depth + 1), Anything(depth + 1)),
        4 when depth < 8 => new JsonObject { [Letters(3)] = Anything(depth + 1) },
        5 => JsonValue.Create(Any(Boundaries)),
        _ => JsonValue.Create(Letters(random.Next(1, 20))),
    };

    private string Letters(int length)
    {
        var text = new StringBuilder();
        for (var i = 0; i < length; i++)
        {
            text.Append(char.ConvertFromUtf32(
                Chance(0.8) ? random.Next('!', '~') : Any([0xE9, 0x416, 0x5D0, 0x65E5, 0x1F4A9])));
        }

        return text.ToString();
    }
}
