using Halley.Access;
using Halley.Broker;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>iComet 0.2.5's way to speak HTTP: what its front port and its admin port serve.</summary>
public sealed class ICometDialect
{
    private readonly Func<ICometOptions, IRequestHandler> _frontOf;
    private readonly ICometOptions _options;

    /// <param name="tokens">Where other processes are to know its tokens too.</param>
    /// <param name="limits">Those that <paramref name="hub"/> was built with: /sign tells some of them.</param>
    public ICometDialect(
        ICometOptions options, HubOptions limits, Hub hub, IBroker broker, TokenAuthority? tokens = null)
    {
        tokens ??= new TokenAuthority();
        _options = options;
        _frontOf = own => new ICometFront(own, hub, tokens);
        Front = _frontOf(options);
        Admin = new ICometAdmin(options, limits, broker, tokens);
    }

    /// <summary>The commands of subscribers: /sub /poll /stream /sse /iframe /ws /ping.</summary>
    public IRequestHandler Front { get; }

    /// <summary>The same for another place, where subscribers prove otherwise who they are.</summary>
    public IRequestHandler FrontFor(AuthModes auth, Admission admission) => _frontOf(_options.With(auth, admission));

    /// <summary>
    /// The commands of publishers and operators: /push /pub /broadcast /sign /close /clear /info /check /psub.
    /// </summary>
    public IRequestHandler Admin { get; }
}
