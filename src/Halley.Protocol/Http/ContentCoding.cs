using System.Text;

namespace Halley.Protocol.Http;

/// <summary>The coding of a body for the wire, as Content-Encoding says it.</summary>
internal static class ContentCoding
{
    /// <summary>Tells clients what they may do to a body: nothing (RFC 9110, 15.5.16).</summary>
    public const string AcceptIdentity = "Accept-Encoding: identity";

    /// <summary>
    /// Whether a body came as it is. One that is packed nobody unpacks: its subscribers would get noise.
    /// </summary>
    public static bool IsIdentity(in HttpRequest request)
    {
        var position = 0;
        while (request.TryNextField("Content-Encoding"u8, ref position, out var coding))
        {
            if (!coding.IsEmpty && !Ascii.EqualsIgnoreCase(coding, "identity"u8))
            {
                return false;
            }
        }

        return true;
    }
}
