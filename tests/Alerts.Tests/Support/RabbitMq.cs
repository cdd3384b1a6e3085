using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Alerts.Tests.Support;

/// <summary>
/// A real RabbitMQ with its AMQP 1.0 plugin on a free port of loopback, with its own folder, name service and durable queues.
/// It has no schedule, no duplicate detection, no delivery count and no abandoning (it ends the session).
/// </summary>
internal sealed class RabbitMq : IAsyncDisposable
{
    private const string FromApt = "apt-get install -y --no-install-recommends rabbitmq-server";
    private const string User = "alerts";
    private const string Password = "of no use elsewhere";

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private readonly int _namesPort = FreePort.Next();
    private readonly string _program;
    private readonly ChildProcess _names;
    private ChildProcess? _broker;

    private RabbitMq(string program, string names)
    {
        _program = program;
        _names = ChildProcess.Start(names, ["-address", "127.0.0.1", "-port", $"{_namesPort}"]);
    }

    /// <summary>Queues are addressed as <c>/amq/queue/NAME</c>.</summary>
    public string ConnectionString => $"Endpoint=sb://127.0.0.1:{_port};SharedAccessKeyName={User};SharedAccessKey={Password};UseDevelopmentEmulator=true";

    public static async Task<RabbitMq> StartAsync(IEnumerable<string> queues, CancellationToken cancel)
    {
        var rabbit = new RabbitMq(RealPart.Require("/usr/lib/rabbitmq/bin/rabbitmq-server", FromApt), RealPart.Require("epmd", FromApt));
        try
        {
            rabbit.Configure(queues);
            await rabbit._names.WaitForPortAsync(rabbit._namesPort, cancel);
            await rabbit.StartAsync(cancel);
            return rabbit;
        }
        catch
        {
            await rabbit.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, also again on what it kept.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _broker = ChildProcess.Start(_program, [], _folder.Path, new Dictionary<string, string?>
        {
            ["HOME"] = _folder.Path,
            ["RABBITMQ_NODENAME"] = $"alerts{_port}@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{FreePort.Next()}",
            ["RABBITMQ_MNESIA_BASE"] = _folder.At("data"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_CONFIG_FILE"] = _folder.At("rabbitmq.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder.At("plugins"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{_namesPort}",
            ["RUNNING_UNDER_SYSTEMD"] = "true",
        });
        await _broker.WaitForPortAsync(_port, cancel);
    }

    /// <summary>SIGKILL: nothing is flushed.</summary>
    public async Task KillAsync()
    {
        if (_broker is { } broker)
        {
            _broker = null;
            await broker.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _names.DisposeAsync();
        _folder.Dispose();
    }

    private void Configure(IEnumerable<string> queues)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        File.WriteAllText(_folder.At("plugins"), "[rabbitmq_amqp1_0].");
        File.WriteAllText(_folder.At("rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{_port}\nload_definitions = {_folder.At("definitions.json")}\n");
        File.WriteAllText(_folder.At("definitions.json"), JsonSerializer.Serialize(new
        {
            vhosts = new[] { new { name = "/" } },
            users = new[]
            {
                new
                {
                    name = User,
                    password_hash = Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(Password)])]),
                    hashing_algorithm = "rabbit_password_hashing_sha256",
                    tags = "",
                },
            },
            permissions = new[] { new { user = User, vhost = "/", configure = ".*", write = ".*", read = ".*" } },
            queues = queues.Select(name => new { name, vhost = "/", durable = true, auto_delete = false, arguments = new { } }),
        }));
    }
}
