using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The origins that browsers may come from. Unlike nchan, which by default allows every origin to come with
/// credentials, nothing is said where nothing is configured, and nobody of another site may publish, delete or open a
/// WebSocket; and an origin that is refused is not repeated as allowed. Any thread.
/// </summary>
internal sealed class Origins
{
    private const string Varies = "Vary: Origin";

    private readonly (byte[] Origin, string[] Fields)[] _listed;
    private readonly string[] _others;
    private readonly Others _rule;

    public Origins(IReadOnlyCollection<string> allowed, bool allowsCredentials)
    {
        string[] credentials = allowsCredentials ? ["Access-Control-Allow-Credentials: true"] : [];
        _rule = allowed.Count == 0 ? Others.MayRead : allowed.Contains("*") ? Others.MayCome : Others.AreRefused;
        _others =
            _rule switch { Others.MayRead => [], Others.MayCome => ["Access-Control-Allow-Origin: *"], _ => [Varies] };
        _listed =
        [
            .. allowed.Where(origin => origin != "*").Select(origin =>
                (
                    Encoding.UTF8.GetBytes(origin),
                    (string[])[Varies, .. credentials, "Access-Control-Allow-Origin: " + origin])),
        ];
    }

    /// <summary>The rights of origins that are not listed.</summary>
    private enum Others
    {
        /// <summary>
        /// Nothing is configured: browsers keep what is read from the pages of other sites, and nothing can be changed
        /// by them.
        /// </summary>
        MayRead,

        MayCome,

        AreRefused,
    }

    /// <param name="fields">What the answer says about it: always one of the same few arrays.</param>
    /// <returns>False where the request is refused.</returns>
    public bool Admits(in HttpRequest request, IResponder responder, out string[] fields)
    {
        fields = _others;
        var origin = request.Field("Origin"u8);
        foreach (var (known, itsFields) in _listed)
        {
            if (origin.SequenceEqual(known))
            {
                fields = itsFields;
                return true;
            }
        }

        return _rule switch
        {
            Others.MayCome => true,
            Others.AreRefused => origin.IsEmpty,
            _ => !OtherSites.MayChange(request) || !OtherSites.IsAsking(request.Head, responder),
        };
    }
}
