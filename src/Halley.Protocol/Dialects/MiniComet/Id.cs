using System.Buffers.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary>The <c>id</c> parameter: a number below a limit. Leading zeros do not make another id.</summary>
internal static class Id
{
    /// <param name="text">What the request says, whatever it is; empty where it says nothing.</param>
    /// <param name="channel">The channel of that id: its number, written shortly.</param>
    /// <returns>False where it is no id.</returns>
    public static bool TryRead(in HttpRequest request, int maxIds, out ReadOnlySpan<byte> text, out byte[] channel)
    {
        text = new Parameters(request).Text("id"u8);
        var isId = Utf8Parser.TryParse(text, out int number, out var used)
            && used == text.Length
            && number >= 0
            && number < maxIds;
        channel = [];
        if (isId)
        {
            var output = new ByteBuffer(16);
            output.WriteDecimal(number);
            channel = output.Written.ToArray();
        }

        return isId;
    }
}
