using System.Security.Cryptography;
using System.Text;
using Halley.Nodes.Forwarding;
using Halley.Nodes.Frames;
using Halley.Protocol.Http;
using Halley.Protocol.Links;

namespace Halley.Nodes.Links;

/// <summary>A link that another node dialled: answers whether this one is there, and carries out what it passes on. Belongs to the link's dispatcher.</summary>
internal sealed class GuestLink(ILinkContext context, Link link, Action<GuestLink> whenEnded) : ILinkHandler
{
    private readonly PackedHead _heads = new();
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(Authentication.NonceBytes);
    private byte[] _theirNonce = [];
    private long _incarnation;
    private NodeEntry? _node;
    private bool _isRefused;

    public Link Link { get; } = link;

    /// <summary>When it came, since the start.</summary>
    public TimeSpan Since { get; } = context.Now;

    /// <summary>Whether both have shown that they know the key. Any thread.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Who it is; null before it has said so. Any thread.</summary>
    public NodeEntry? Node => _node;

    /// <inheritdoc/>
    public string? OnFrame(ReadOnlySpan<byte> frame)
    {
        var reader = new FrameReader(frame);
        var type = (FrameType)reader.ReadByte();
        if (_isRefused)
        {
            return "it was refused";
        }

        if (!IsProven)
        {
            return type switch
            {
                FrameType.Hello when _node is null => Greet(Hello.Read(ref reader), reader.IsWhole),
                FrameType.Proof when _node is not null => Check(Proof.Read(ref reader), reader.IsWhole),
                _ => $"a frame of type {(byte)type} comes before the handshake's end",
            };
        }

        string? wrong = null;
        switch (type)
        {
            case FrameType.Request:
                var request = Request.Read(ref reader);
                wrong = reader.IsWhole ? Handle(request) : null;
                break;
            case FrameType.Ping:
                var (channels, subscribers) = context.Counts;
                Link.Send(new Pong(Ping.Read(ref reader).Number, context.Members.Stage, context.Members.TermOf(_node!.Name, _incarnation), channels, subscribers));
                break;
            case FrameType.Announcement:
                var stage = Announcement.Read(ref reader).Stage;
                wrong = stage <= NodeStage.Leaving ? null : "an announcement says nothing that there is";
                if (wrong is null && reader.IsWhole)
                {
                    context.Members.OnAnnounced(_node!.Name, _incarnation, stage);
                }

                break;
            case FrameType.GivenUp:
                var said = GivenUp.Read(ref reader);
                if (reader.IsWhole)
                {
                    context.Members.OnGivenUp(_node!.Name, _incarnation, said);
                }

                break;
            default:
                return $"who dialled sends no frame of type {(byte)type}";
        }

        return wrong ?? (reader.IsWhole ? null : $"a frame of type {type} is too short or too long");
    }

    /// <inheritdoc/>
    public void OnEnded(string reason) => whenEnded(this);

    private string? Greet(in Hello hello, bool isWhole)
    {
        if (!isWhole || hello.Version != Authentication.Version || hello.Nonce.Length != Authentication.NonceBytes)
        {
            return Refuse($"this node speaks version {Authentication.Version} of its links; run the same release on all nodes");
        }

        if (context.List.Others.FirstOrDefault() is null || context.List.Find(hello.Name) is not { } node || node == context.List.Own)
        {
            return Refuse($"{context.List.Own.Name} does not list {Printable(hello.Name)} as another node; add it to nodes.list there");
        }

        _theirNonce = hello.Nonce.ToArray();
        _incarnation = hello.Incarnation;
        _node = node;
        Link.Send(new Challenge(context.Incarnation, _nonce, Authentication.Prove(context.Options.Key, Authentication.Dialled, Other, Own), context.List.Own.Utf8Name));
        return null;
    }

    private string? Check(in Proof proof, bool isWhole)
    {
        if (!isWhole || !Authentication.Verify(proof.Value, context.Options.Key, Authentication.Dialler, Other, Own))
        {
            return Refuse($"{_node!.Name} does not know the key of {context.List.Own.Name}; give both the same nodes.key");
        }

        if (!proof.Fingerprint.SequenceEqual(Encoding.ASCII.GetBytes(context.List.Fingerprint)))
        {
            context.Logger.ListsDiffer(_node!.Name);
        }

        Link.MaxFrameBytes = context.MaxFrameBytes;
        IsProven = true;
        return null;
    }

    // What was wrong is told to the other side and logged here; the link ends when that has been sent, or the other side ends it.
    private string? Refuse(string why)
    {
        context.OnRefused(why);
        Link.Send(new Refusal(Encoding.UTF8.GetBytes(why)));
        _isRefused = true;
        return null;
    }

    private string? Handle(in Request request)
    {
        if (request.Method is RequestMethod.Other or > RequestMethod.Delete || !RequestParser.TryParse(request.Method, request.Target, out var head))
        {
            return "a request has no target that there is";
        }

        var path = UrlEncoding.IsEncoded(head.Path, plusIsSpace: false) ? UrlEncoding.Decode(head.Path, plusIsSpace: false) : head.Path;
        if (!context.Requests.TryTake(new HttpRequest(head, path, request.Body), request.IsForNode, new LinkExchange(this, request.Id)))
        {
            Link.Send(new Misdirected(request.Id));
        }

        return null;
    }

    private Authentication.Identity Other => new(_node!.Utf8Name, _incarnation, _theirNonce);

    private Authentication.Identity Own => new(context.List.Own.Utf8Name, context.Incarnation, _nonce);

    private static string Printable(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        return NodeEntry.IsName(text) ? text : "that";
    }

    private sealed class LinkExchange(GuestLink guest, uint id) : AnswerOnlyExchange(guest.Link.Dispatcher)
    {
        protected override void Answer(ResponseHead head, ReadOnlySpan<byte> body) => guest.Link.Send(new Answer(id, guest._heads.Pack(head), body));
    }
}
