using System.Buffers.Text;
using System.Security.Cryptography;

namespace WebIm.Data;

/// <summary>
/// Ids that are a secret: whoever knows one was given it. 192 bits, as 32 characters that need no escaping in an
/// address.
/// </summary>
public static class Unguessable
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
}
