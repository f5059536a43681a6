using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.IComet;

/// <summary>The pages of the original's HTTP library, for what no handler answers. They close the connection.</summary>
internal static class NoSuchPage
{
    public static void Reply(in HttpRequest request, IResponder responder)
    {
        var body = new ByteBuffer();
        body.Write("<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>The requested URL "u8);
        WriteForPage(request.Target, body);
        body.Write(" was not found on this server.</p></body></html>\n"u8);
        responder.Reply(Heads.NoSuchPage, body.Written);
    }

    /// <summary>Refuses the methods that the original does not know, OPTIONS among them.</summary>
    /// <returns>True when the request was refused.</returns>
    public static bool RefuseMethod(in HttpRequest request, IResponder responder)
    {
        if (request.Method is not (RequestMethod.Other or RequestMethod.Options))
        {
            return false;
        }

        responder.Reply(
            Heads.NotImplemented,
            "<HTML><HEAD>\n<TITLE>501 Not Implemented</TITLE>\n</HEAD><BODY>\n<H1>Not "u8
                + "Implemented</H1>\n</BODY></HTML>\n"u8);
        return true;
    }

    private static void WriteForPage(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        foreach (var value in text)
        {
            output.Write(value switch
            {
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'&' => "&amp;"u8,
                (byte)'"' => "&quot;"u8,
                (byte)'\'' => "&#039;"u8,
                _ => [value],
            });
        }
    }
}
