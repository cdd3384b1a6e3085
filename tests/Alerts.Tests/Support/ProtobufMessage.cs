using System.Buffers.Binary;
using System.Text;

namespace Alerts.Tests.Support;

/// <summary>A Protocol Buffers message read without its schema, by field numbers (protobuf.dev, Encoding).</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((field, Varint(ref bytes), default));
                    break;
                case 1:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span), default));
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    _fields.Add((field, 0, bytes[..length]));
                    bytes = bytes[length..];
                    break;
                case 5:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span), default));
                    bytes = bytes[4..];
                    break;
                default:
                    throw new FormatException($"Wire type {tag & 7} is no protobuf.");
            }
        }
    }

    /// <summary>Returns all messages at the end of a path of field numbers.</summary>
    public IEnumerable<ProtobufMessage> All(params int[] path) => path.Length == 0
        ? [this]
        : Bytes(path[0]).SelectMany(bytes => new ProtobufMessage(bytes).All(path[1..]));

    /// <summary>Returns a field as text; empty when absent.</summary>
    public string Text(int field) =>
        Bytes(field).Select(bytes => Encoding.UTF8.GetString(bytes.Span)).FirstOrDefault() ?? "";

    /// <summary>Returns a field's bytes as lower-case hexadecimal digits; empty when absent.</summary>
    public string Hex(int field) =>
        Bytes(field).Select(bytes => Convert.ToHexStringLower(bytes.Span)).FirstOrDefault() ?? "";

    /// <summary>Returns a field as a number; 0 when absent.</summary>
    public ulong Number(int field) => _fields.FirstOrDefault(one => one.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    private IEnumerable<ReadOnlyMemory<byte>> Bytes(int field) =>
        _fields.Where(one => one.Field == field).Select(one => one.Bytes);

    private static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes.Span[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
