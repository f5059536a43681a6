using System.Globalization;
using System.Text;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;

namespace Halley.Router;

/// <summary>
/// One request to several servers, and their answers. All servers are asked at once; the answers come together, when
/// each has answered or failed, on the dispatcher that the request came on.
/// </summary>
internal sealed class FanOutRequest
{
    private readonly IBackend _backend;
    private readonly IDispatcher _dispatcher;
    private readonly string _method;
    private readonly string _target;
    private readonly byte[]? _body;
    private readonly List<(string Name, string Value)> _fields;
    private readonly TimeSpan _timeout;

    public FanOutRequest(IBackend backend, in HttpRequest request, IDispatcher dispatcher, TimeSpan timeout)
        : this(backend, dispatcher, timeout, request.Method == RequestMethod.Post ? "POST" : "GET", TargetOf(request))
    {
        _body = request.Method == RequestMethod.Post ? request.Body.ToArray() : null;
        if (_body?.Length > 0)
        {
            // Whatever it came as, a form reader has made it this.
            _fields.Add(("Content-Type", "application/x-www-form-urlencoded"));
        }
    }

    /// <summary>Creates a request of the router's own.</summary>
    /// <param name="target">Path and query, encoded.</param>
    public FanOutRequest(IBackend backend, IDispatcher dispatcher, TimeSpan timeout, string target)
        : this(backend, dispatcher, timeout, "GET", target)
    {
    }

    private FanOutRequest(IBackend backend, IDispatcher dispatcher, TimeSpan timeout, string method, string target)
    {
        _backend = backend;
        _dispatcher = dispatcher;
        _timeout = timeout;
        _method = method;
        _target = target;
        _fields = [];
    }

    /// <summary>Sends the request. On its dispatcher, where the answers come too.</summary>
    /// <param name="servers">At least one.</param>
    public void Send(IReadOnlyList<RoutedServer> servers, Action<IReadOnlyList<ServerAnswer>> whenDone)
    {
        var answers = new ServerAnswer[servers.Count];
        var left = servers.Count;
        for (var i = 0; i < servers.Count; i++)
        {
            var place = i;
            var request = new BackendRequest(_method, servers[i].Admin + _target, _fields, _body, _timeout);
            _backend.Ask(request, _dispatcher, answer =>
            {
                answers[place] = new ServerAnswer(servers[place], answer);
                if (--left == 0)
                {
                    whenDone(answers);
                }
            });
        }
    }

    // What a client left unencoded, and HttpClient would not send, is encoded.
    private static string TargetOf(in HttpRequest request)
    {
        var text = new StringBuilder(request.Query.Length + 16).Append(Encoding.Latin1.GetString(request.Path));
        if (!request.Query.IsEmpty)
        {
            text.Append('?');
            foreach (var value in request.Query)
            {
                if (value is > 0x20 and < 0x7F and not (byte)'#')
                {
                    text.Append((char)value);
                }
                else
                {
                    text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
                }
            }
        }

        return text.ToString();
    }
}

/// <summary>One server's answer.</summary>
internal sealed record ServerAnswer(RoutedServer Server, BackendAnswer Answer)
{
    public bool IsGood => Answer is { Outcome: BackendOutcome.Answered, Status: 200 };

    /// <summary>A sentence for the publisher about a failure.</summary>
    public string Error => Answer.Outcome switch
    {
        BackendOutcome.Answered => $"{Server.Name} said {Answer.Status} {Answer.Reason}",
        BackendOutcome.TimedOut =>
            $"{Server.Name} has not answered in time, and whether it carried this out is not known",
        BackendOutcome.TooBusy => $"{Server.Name} was not asked, since as many requests wait already as may",
        _ => $"{Server.Name} could not be reached, or broke off",
    };
}
