using System.Security.Cryptography;
using System.Text;
using Halley.Nodes.Forwarding;
using Halley.Nodes.Frames;
using Halley.Protocol.Links;

namespace Halley.Nodes.Links;

/// <summary>The link that this node dialled: asks the other one whether it is there, and what publishers want of it. Belongs to the link's dispatcher.</summary>
internal sealed class PeerLink : ILinkHandler
{
    private readonly Lane _lane;
    private readonly ILinkContext _context;
    private readonly PackedHead _heads = new();
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(Authentication.NonceBytes);
    private bool _isRefused;

    public PeerLink(Lane lane, ILinkContext context, Link link)
    {
        _lane = lane;
        _context = context;
        Link = link;
        link.Send(new Hello(Authentication.Version, context.Incarnation, _nonce, context.List.Own.Utf8Name));
    }

    public Link Link { get; }

    /// <summary>Whether both have shown that they know the key.</summary>
    public bool IsProven { get; private set; }

    /// <inheritdoc/>
    public string? OnFrame(ReadOnlySpan<byte> frame)
    {
        var reader = new FrameReader(frame);
        var type = (FrameType)reader.ReadByte();
        if (type == FrameType.Refusal)
        {
            var refusal = Encoding.UTF8.GetString(Refusal.Read(ref reader).Why);
            return BeRefused(refusal);
        }

        if (!IsProven)
        {
            return type == FrameType.Challenge ? Check(Challenge.Read(ref reader), reader.IsWhole) : $"a frame of type {(byte)type} comes before the handshake's end";
        }

        string? wrong = null;
        switch (type)
        {
            case FrameType.Pong:
                var pong = Pong.Read(ref reader);
                wrong = reader.IsWhole && pong.Stage <= NodeStage.Leaving ? null : "a pong says nothing that there is";
                if (wrong is null)
                {
                    _lane.OnPong(pong);
                }

                break;
            case FrameType.Answer:
                var answer = Answer.Read(ref reader);
                wrong = reader.IsWhole ? OnAnswer(answer) : null;
                break;
            case FrameType.Misdirected:
                _lane.Take(Misdirected.Read(ref reader).Id)?.Failed(Trouble.Misdirected, _lane.Peer.Node);
                break;
            default:
                return $"who was dialled sends no frame of type {(byte)type}";
        }

        return wrong ?? (reader.IsWhole ? null : $"a frame of type {type} is too short or too long");
    }

    /// <inheritdoc/>
    public void OnEnded(string reason) => _lane.OnLinkEnded(this, Link.WasRefused, _isRefused);

    private string? Check(in Challenge challenge, bool isWhole)
    {
        if (!isWhole || challenge.Nonce.Length != Authentication.NonceBytes)
        {
            return BeRefused("it answers the handshake with something else");
        }

        var own = new Authentication.Identity(_context.List.Own.Utf8Name, _context.Incarnation, _nonce);
        var other = new Authentication.Identity(challenge.Name, challenge.Incarnation, challenge.Nonce);
        if (!Authentication.Verify(challenge.Proof, _context.Options.Key, Authentication.Dialled, own, other))
        {
            return BeRefused("it does not know the key; give both the same nodes.key");
        }

        if (!challenge.Name.SequenceEqual(_lane.Peer.Node.Utf8Name))
        {
            return BeRefused($"the node at {_lane.Peer.Node.Host}:{_lane.Peer.Node.Port} calls itself {Encoding.UTF8.GetString(challenge.Name)}; correct its address in nodes.list");
        }

        Link.Send(new Proof(Authentication.Prove(_context.Options.Key, Authentication.Dialler, own, other), Encoding.ASCII.GetBytes(_context.List.Fingerprint)));
        Link.MaxFrameBytes = _context.MaxFrameBytes;
        IsProven = true;
        _lane.OnProven(this, challenge.Incarnation);
        return null;
    }

    private string BeRefused(string why)
    {
        _isRefused = true;
        _lane.OnRefused(why);
        return why;
    }

    private string? OnAnswer(in Answer answer)
    {
        if (_heads.Unpack(answer.Head) is not { } head)
        {
            return "an answer has no head";
        }

        // Not there any more where it came too late.
        _lane.Take(answer.Id)?.Answered(head, answer.Body, Link.Dispatcher);
        return null;
    }
}
