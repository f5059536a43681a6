using System.Globalization;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>
/// The <c>cname</c> parameter where it may create a channel. Any bytes, but not any number of them: each channel keeps
/// its name, and where no token is asked for, anybody can create channels.
/// </summary>
internal sealed class ChannelName(ICometOptions options)
{
    private static readonly CompositeFormat Refusal =
        CompositeFormat.Parse("{{\"type\":\"error\",\"message\":\"cname must not be longer than {0} bytes\"}}\n");

    private readonly int _maxBytes = options.MaxChannelNameBytes;

    /// <summary>
    /// The same where something is published: a request that names no channel is not taken to mean the one with the
    /// empty name.
    /// </summary>
    /// <returns>False when it is missing or too long: the request has been refused then.</returns>
    public bool TryReadNamed(in Parameters parameters, IResponder responder, out ReadOnlySpan<byte> name)
    {
        if (parameters.Has("cname"u8))
        {
            return TryRead(parameters, responder, out name);
        }

        name = default;
        responder.Reply(
            Heads.BadRequest,
            "{\"type\":\"error\",\"message\":\"cname is missing: it belongs into the query, or into a "u8
            + "body such as cname=a&content=hello\"}\n"u8);
        return false;
    }

    /// <returns>False when it is too long: the request has been refused then.</returns>
    public bool TryRead(in Parameters parameters, IResponder responder, out ReadOnlySpan<byte> name)
    {
        name = parameters.Text("cname"u8);
        if (name.Length <= _maxBytes)
        {
            return true;
        }

        responder.Reply(
            Heads.BadRequest, Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture, Refusal, _maxBytes)));
        return false;
    }
}
