using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Backends;

/// <summary>What a handler does with a request.</summary>
public delegate void RequestStep(in RoutedRequest request);

/// <summary>A copy of a request, for what has to be done with it after its handler returned: its bytes are gone by then.</summary>
public sealed class CapturedRequest
{
    private readonly RequestMethod _method;
    private readonly byte[] _target;
    private readonly byte[] _query;
    private readonly byte[] _fields;
    private readonly byte[] _host;
    private readonly byte[] _path;
    private readonly bool _isHttp11;
    private readonly Location _location;

    /// <param name="location">The one that the request came to: what it captures is captured again.</param>
    public CapturedRequest(in RoutedRequest request, Location location)
    {
        var head = request.Request.Head;
        _method = head.Method;
        _target = head.Target.ToArray();
        _query = head.Query.ToArray();
        _fields = head.Fields.ToArray();
        _host = head.Host.ToArray();
        _path = request.Request.Path.ToArray();
        _isHttp11 = head.IsHttp11;
        _location = location;
        Body = request.Request.Body.ToArray();
    }

    public byte[] Body { get; }

    /// <summary>Goes on with it, as the handler would have.</summary>
    public void Resume(RequestStep step)
    {
        var head = new RequestHead { Method = _method, Target = _target, Path = _path, Query = _query, Fields = _fields, Host = _host, IsHttp11 = _isHttp11 };
        Captures captures = default;
        if (_location.Kind == LocationKind.Pattern)
        {
            _location.TryMatch(_path, out captures);
        }

        step(new RoutedRequest(new HttpRequest(head, _path, Body), captures));
    }
}
