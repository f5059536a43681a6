using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// Which origins browsers may come from. Unlike nchan, which by default allows every origin to come with credentials, nothing is said where nothing is
/// configured; and an origin that is refused is not repeated as allowed. Any thread.
/// </summary>
internal sealed class Origins
{
    private const string Varies = "Vary: Origin";

    private readonly (byte[] Origin, string[] Fields)[] _listed;
    private readonly bool _allowsAll;
    private readonly string[] _others;

    public Origins(IReadOnlyCollection<string> allowed, bool allowsCredentials)
    {
        string[] credentials = allowsCredentials ? ["Access-Control-Allow-Credentials: true"] : [];
        _allowsAll = allowed.Contains("*");
        _others = allowed.Count == 0 ? [] : _allowsAll ? ["Access-Control-Allow-Origin: *"] : [Varies];
        _listed =
        [
            .. allowed.Where(origin => origin != "*").Select(origin =>
                (Encoding.UTF8.GetBytes(origin), (string[])[Varies, .. credentials, "Access-Control-Allow-Origin: " + origin])),
        ];
        IsStrict = allowed.Count > 0 && !_allowsAll;
    }

    private bool IsStrict { get; }

    /// <param name="fields">What the answer says about it: always one of the same few arrays.</param>
    /// <returns>False where the request is refused.</returns>
    public bool Admits(in HttpRequest request, out string[] fields)
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

        return !IsStrict || origin.IsEmpty;
    }
}
