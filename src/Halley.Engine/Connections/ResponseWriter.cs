using System.Text;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>Writes the head of an answer, with the fields that depend on the request and the moment.</summary>
internal static class ResponseWriter
{
    // An answer of unknown length may last: nginx is told to pass bytes on as they come.
    private static ReadOnlySpan<byte> Unbuffered => "X-Accel-Buffering: no\r\n"u8;

    /// <param name="connection">The value of the Connection field; null where none is needed.</param>
    /// <param name="contentLength">The body's length in bytes; null where it is not known.</param>
    /// <param name="date">The Date field, with its line end.</param>
    public static void Write(
        ByteBuffer output,
        ResponseHead head,
        bool isHttp11,
        string? connection,
        int? contentLength,
        ReadOnlySpan<byte> date)
    {
        if (head.Order == HeadOrder.Nginx)
        {
            WriteLikeNginx(output, head, isHttp11, connection, contentLength, date);
            return;
        }

        output.Write(isHttp11 ? "HTTP/1.1 "u8 : "HTTP/1.0 "u8);
        output.Write(head.Status.Span);
        output.Write(head.Fields.Span);
        if (connection is not null)
        {
            output.Write("Connection: "u8);
            Encoding.ASCII.GetBytes(connection, output);
            output.Write("\r\n"u8);
        }

        if (isHttp11 && contentLength is null && !head.EndsWithConnection)
        {
            output.Write("Transfer-Encoding: chunked\r\n"u8);
        }

        if (contentLength is null)
        {
            output.Write(Unbuffered);
        }

        // As the original: an HTTP/1.0 answer that the end of the connection ends has neither date nor length.
        if (isHttp11)
        {
            output.Write(date);
        }

        if (contentLength is { } length && !head.HasNoBody && (isHttp11 || connection == "keep-alive"))
        {
            output.Write("Content-Length: "u8);
            output.WriteDecimal(length);
            output.Write("\r\n"u8);
        }

        output.Write(head.LastFields.Span);
        output.Write("\r\n"u8);
    }

    private static void WriteLikeNginx(
        ByteBuffer output,
        ResponseHead head,
        bool isHttp11,
        string? connection,
        int? contentLength,
        ReadOnlySpan<byte> date)
    {
        output.Write("HTTP/1.1 "u8);
        output.Write(head.Status.Span);
        output.Write("Server: halley\r\n"u8);
        output.Write(date);
        output.Write(head.Fields.Span);
        if (contentLength is { } length && !head.HasNoBody)
        {
            output.Write("Content-Length: "u8);
            output.WriteDecimal(length);
            output.Write("\r\n"u8);
        }
        else if (contentLength is null && isHttp11 && !head.EndsWithConnection)
        {
            output.Write("Transfer-Encoding: chunked\r\n"u8);
        }

        if (contentLength is null)
        {
            output.Write(Unbuffered);
        }

        output.Write("Connection: "u8);
        Encoding.ASCII.GetBytes(connection ?? "keep-alive", output);
        output.Write("\r\n"u8);
        output.Write(head.LastFields.Span);
        output.Write("\r\n"u8);
    }
}
