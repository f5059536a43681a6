using System.Text;
using Halley.Load.Wire;

namespace Halley.Load.Clients;

/// <summary>The bytes that publish one message.</summary>
internal sealed class PublishRequest
{
    private readonly TextTemplate _head, _body;
    private readonly bool _hasBody;

    public PublishRequest(UrlTemplate url, PublishPlan plan)
    {
        _hasBody = plan.Body.Length > 0 || !url.Has(TextTemplate.Message);
        var fields = string.Concat(plan.Headers.Select(line => line + "\r\n"));
        var type = plan.Body.StartsWith('{') ? "application/json" : "text/plain";
        _head = new TextTemplate(
            $"{(_hasBody ? "POST" : "GET")} {url.Path} HTTP/1.1\r\nHost: {url.Host}\r\nUser-Agent: halley-bench/1.0\r\n"
                + $"{fields}"
                + (_hasBody ? $"Content-Type: {type}\r\nContent-Length: " : "\r\n"),
            plan.ChannelPrefix);
        _body = new TextTemplate(plan.Body.Length > 0 ? plan.Body : TextTemplate.Message, plan.ChannelPrefix);
    }

    /// <returns>The length written.</returns>
    public int Write(Span<byte> destination, int channel, ReadOnlySpan<byte> message)
    {
        var length = _head.Write(destination, channel, message);
        if (_hasBody)
        {
            length += Encoding.ASCII.GetBytes(
                $"{_body.LengthFor(channel, message.Length)}\r\n\r\n", destination[length..]);
            length += _body.Write(destination[length..], channel, message);
        }

        return length;
    }
}
