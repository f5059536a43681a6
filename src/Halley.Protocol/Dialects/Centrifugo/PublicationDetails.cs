using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The details of a publication beside its data, as a message carries them: who published it, and its tags, as JSON.
/// </summary>
internal static class PublicationDetails
{
    public static byte[] Write(ClientInfo info) => Write(new WirePublication { Info = info });

    public static byte[] Write(WirePublication said)
    {
        var output = new ByteBuffer();
        JsonCodec.Instance.Write(said, output);
        return output.Written.ToArray();
    }

    /// <summary>Adds what a message carries to its publication; what cannot be read is left out.</summary>
    public static void Read(ReadOnlySpan<byte> details, WirePublication publication)
    {
        if (JsonCodec.Instance.Read<WirePublication>(ref details, out var said) == WireFault.None)
        {
            (publication.Info, publication.Tags) = (said!.Info, said.Tags);
        }
    }
}
