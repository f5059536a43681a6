using Halley.Protocol.Dialects.Centrifugo.Differences;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The way in which objects of the protocol go over a transport: as messages of a WebSocket, as lines, as events. One
/// instance for each, with the forms of pushes, which all sessions over it share.
/// </summary>
internal sealed class Carrier
{
    private static readonly Reply Nothing = new();

    private Carrier(CarrierKind kind, IWireCodec codec, bool isOneWay = false)
    {
        Kind = kind;
        Codec = codec;
        IsOneWay = isOneWay;
        Publications = new PublicationForm(this);
        PlacedPublications = new PublicationForm(this, tellsPlace: true);
        Presence = new PresenceForm(this);
        Differences = new DifferenceForm(this, isWhole: false);
        WholeForDifferences = new DifferenceForm(this, isWhole: true);
    }

    public static Carrier WebSocket { get; } = new(CarrierKind.Messages, JsonCodec.Instance);

    public static Carrier BinaryWebSocket { get; } = new(CarrierKind.Messages, ProtobufCodec.Instance);

    public static Carrier Lines { get; } = new(CarrierKind.Lines, JsonCodec.Instance);

    public static Carrier BinaryLines { get; } = new(CarrierKind.Lines, ProtobufCodec.Instance);

    public static Carrier Events { get; } = new(CarrierKind.Events, JsonCodec.Instance);

    public static Carrier OneWayWebSocket { get; } = new(CarrierKind.Messages, JsonCodec.Instance, isOneWay: true);

    public static Carrier OneWayLines { get; } = new(CarrierKind.Lines, JsonCodec.Instance, isOneWay: true);

    public static Carrier OneWayEvents { get; } = new(CarrierKind.Events, JsonCodec.Instance, isOneWay: true);

    public CarrierKind Kind { get; }

    /// <summary>The transport, as the operator's server is told.</summary>
    public string Name => (IsOneWay ? "uni_" : "") + Kind switch
    {
        CarrierKind.Messages => "websocket",
        CarrierKind.Lines => "http_stream",
        _ => "sse",
    };

    public IWireCodec Codec { get; }

    /// <summary>Whether clients say nothing but who they are: then pushes are not wrapped in replies.</summary>
    public bool IsOneWay { get; }

    public PublicationForm Publications { get; }

    /// <summary>Events of a channel whose ids are places in it.</summary>
    public PublicationForm PlacedPublications { get; }

    public PresenceForm Presence { get; }

    /// <summary>Messages as their differences from the ones before.</summary>
    public DifferenceForm Differences { get; }

    /// <summary>Messages that the next ones differ from.</summary>
    public DifferenceForm WholeForDifferences { get; }

    /// <summary>Writes a push as one piece.</summary>
    public void Write(Push push, Framing framing, ByteBuffer output)
    {
        framing = Codec.IsText ? framing : framing.Binary;
        var piece = framing.Begin(output);
        Begin(output);
        if (IsOneWay)
        {
            Codec.Write(push, output);
        }
        else
        {
            Codec.Write(new Reply { Content = push }, output);
        }

        End(output);
        framing.End(output, piece);
    }

    /// <summary>Writes a frame of replies, which stand one behind the other, as one piece.</summary>
    public void Write(ReadOnlySpan<byte> frame, Framing framing, ByteBuffer output)
    {
        framing = Codec.IsText ? framing : framing.Binary;
        var piece = framing.Begin(output);
        if (Kind == CarrierKind.Events)
        {
            // An event of several lines: whoever hears it has them as lines again.
            foreach (var line in frame.Split((byte)'\n'))
            {
                output.Write("data: "u8);
                output.Write(frame[line]);
                output.WriteByte((byte)'\n');
            }

            output.WriteByte((byte)'\n');
        }
        else
        {
            output.Write(frame);
            End(output);
        }

        framing.End(output, piece);
    }

    /// <summary>Writes a ping: an object with nothing in it.</summary>
    public void WritePing(Framing framing, ByteBuffer output)
    {
        framing = Codec.IsText ? framing : framing.Binary;
        var piece = framing.Begin(output);
        Begin(output);
        Codec.Write(Nothing, output);
        End(output);
        framing.End(output, piece);
    }

    private void Begin(ByteBuffer output)
    {
        if (Kind == CarrierKind.Events)
        {
            output.Write("data: "u8);
        }
    }

    private void End(ByteBuffer output)
    {
        switch (Kind)
        {
            case CarrierKind.Lines when Codec.IsText:
                output.WriteByte((byte)'\n');
                break;
            case CarrierKind.Events:
                output.Write("\n\n"u8);
                break;
        }
    }
}

/// <summary>The frame that objects stand in.</summary>
internal enum CarrierKind
{
    /// <summary>A WebSocket's messages.</summary>
    Messages,

    /// <summary>An answer without an end.</summary>
    Lines,

    /// <summary>An event stream.</summary>
    Events,
}
