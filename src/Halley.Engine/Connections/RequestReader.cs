using System.Buffers;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

/// <summary>Takes one request off the front of what was received: the head, then the body.</summary>
internal static class RequestReader
{
    /// <summary>Reads a request, where it has come whole.</summary>
    /// <param name="exchange">Asks its handler whether the client may send a body.</param>
    public static OperationStatus Read(
        ReceiveBuffer input, ListenerOptions limits, IExchange exchange, out ReceivedRequest request)
    {
        request = default;
        var status = ReadFurtherChunks(input, limits.MaxRequestBodyBytes, out request.Error);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        status = ReadHead(
            input, limits.MaxRequestHeadBytes, out request.Head, out request.HeadLength, out request.Error);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        if (limits.RequiresHost && request.Head.IsHttp11 && !request.Head.NamesHost)
        {
            request.Error = RequestError.NoHost;
            return OperationStatus.InvalidData;
        }

        request.Length = request.HeadLength;
        if (!request.Head.IsChunked && request.Head.ContentLength <= 0)
        {
            return OperationStatus.Done;
        }

        if (!limits.Handler.Admits(request.Head, exchange))
        {
            request.IsBodyRefused = true;
            return OperationStatus.Done;
        }

        return ReadBody(
            input, request.Head, request.HeadLength, limits.MaxRequestBodyBytes, out request.Length, out request.Error);
    }

    /// <summary>Reads the head, where it has come whole.</summary>
    /// <param name="length">Its length in bytes, with the empty line.</param>
    public static OperationStatus ReadHead(
        ReceiveBuffer input, int maxLength, out RequestHead head, out int length, out RequestError? error)
    {
        head = default;
        error = null;
        length = -1;
        DropEmptyLines(input);
        if (input.Length == 0 || input.Length < input.Needed || input.Bytes is [(byte)'\r'])
        {
            return OperationStatus.NeedMoreData;
        }

        if (!RequestParser.CouldBeRequest(input.Bytes))
        {
            error = RequestError.NotHttp;
            return OperationStatus.InvalidData;
        }

        length = RequestParser.FindEnd(input.Bytes, ref input.Scanned);
        if (length > maxLength || (length < 0 && input.Length > maxLength))
        {
            error = input.Bytes[..maxLength].Contains((byte)'\n')
                ? RequestError.HeadTooLarge
                : RequestError.TargetTooLong;
            return OperationStatus.InvalidData;
        }

        if (length < 0)
        {
            return OperationStatus.NeedMoreData;
        }

        error = RequestParser.Parse(input.Bytes[..length], out head);
        return error is null ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Reads the body, where it has come whole.</summary>
    /// <param name="length">The length of head and body together in <paramref name="input"/>.</param>
    public static OperationStatus ReadBody(
        ReceiveBuffer input,
        in RequestHead head,
        int headLength,
        int maxLength,
        out int length,
        out RequestError? error)
    {
        error = null;
        length = headLength;
        if (head.IsChunked)
        {
            input.ChunksFrom = headLength;
            return ReadChunks(input, maxLength, out error);
        }

        if (head.ContentLength > Math.Min(maxLength, Array.MaxLength - headLength))
        {
            error = RequestError.BodyTooLarge;
            return OperationStatus.InvalidData;
        }

        length += (int)head.ContentLength;
        if (input.Length >= length)
        {
            return OperationStatus.Done;
        }

        input.Needed = length;
        return OperationStatus.NeedMoreData;
    }

    /// <summary>
    /// Continues with chunks that had begun, so that the head before them is not parsed again for each that comes.
    /// </summary>
    /// <returns>Done also where there are none.</returns>
    public static OperationStatus ReadFurtherChunks(ReceiveBuffer input, int maxLength, out RequestError? error)
    {
        error = null;
        return input.ChunksFrom > 0 ? ReadChunks(input, maxLength, out error) : OperationStatus.Done;
    }

    /// <summary>The body that <see cref="ReadBody"/> read.</summary>
    public static ReadOnlySpan<byte> Body(ReceiveBuffer input, int headLength, int length) =>
        input.Body is null ? input.Bytes[headLength..length] : input.Body.Written;

    private static OperationStatus ReadChunks(ReceiveBuffer input, int maxLength, out RequestError? error)
    {
        var status = input.Chunks.Read(
            input.Bytes[input.ChunksFrom..], input.BeginBody(), maxLength, out var consumed, out error);
        if (consumed > 0)
        {
            input.Remove(input.ChunksFrom, consumed);
        }

        return status;
    }

    // RFC 9112, 2.2: some clients send an empty line after a body. A CR alone is none.
    private static void DropEmptyLines(ReceiveBuffer input)
    {
        var bytes = input.Bytes;
        var empty = 0;
        while (bytes[empty..] is [(byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..])
        {
            empty += bytes[empty] == '\n' ? 1 : 2;
        }

        if (empty > 0)
        {
            input.Consume(empty);
        }
    }
}
