using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Halley.Testing;

/// <summary>How the end of a response's body is told.</summary>
public enum BodyFraming
{
    None,
    Length,
    Chunked,
    Close,
}

/// <summary>One response: its head as it came, and its body, read bit by bit from the connection it came on.</summary>
public sealed partial class RawResponse
{
    private readonly int _length;
    private bool _ended;

    private RawResponse(RawHttpClient client, string head, string[] lines, Match statusLine, bool hasBody)
    {
        Client = client;
        Head = head;
        Version = statusLine.Groups[1].Value;
        Status = int.Parse(statusLine.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        Reason = statusLine.Groups[3].Value;
        HeaderLines = lines[1..];
        Framing = !hasBody ? BodyFraming.None
            : string.Equals(this["Transfer-Encoding"], "chunked", StringComparison.OrdinalIgnoreCase)
                ? BodyFraming.Chunked
            : this["Content-Length"] is not null ? BodyFraming.Length
            : BodyFraming.Close;
        _length = Framing == BodyFraming.Length ? int.Parse(this["Content-Length"]!, CultureInfo.InvariantCulture) : 0;
        _ended = Framing == BodyFraming.None;
    }

    public RawHttpClient Client { get; }

    /// <summary>Status line and header lines with the empty line that ends them, byte for byte.</summary>
    public string Head { get; }

    /// <summary>The head with the Date's value, which no test can know, cut out.</summary>
    public string HeadWithoutDate => DateValue().Replace(Head, "Date: *");

    public string Version { get; }

    public int Status { get; }

    public string Reason { get; }

    public IReadOnlyList<string> HeaderLines { get; }

    public BodyFraming Framing { get; }

    /// <summary>The value of a header, null where there is none.</summary>
    public string? this[string name] => HeaderLines
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    internal static RawResponse Parse(RawHttpClient client, string head, bool hasBody)
    {
        var lines = head[..^4].Split("\r\n");
        var statusLine = StatusLine().Match(lines[0]);
        return statusLine.Success
            ? new RawResponse(client, head, lines, statusLine, hasBody)
            : throw new InvalidDataException($"Not a status line: {lines[0]}");
    }

    /// <summary>The data of the next chunk as UTF-8, null where the body ended.</summary>
    public async Task<string?> ReadChunkAsync()
    {
        var bytes = await ReadChunkBytesAsync();
        return bytes is null ? null : Encoding.UTF8.GetString(bytes);
    }

    public async Task<byte[]?> ReadChunkBytesAsync()
    {
        if (Framing != BodyFraming.Chunked)
        {
            throw new InvalidOperationException($"The body is not chunked; the head was:\n{Head}");
        }

        if (_ended)
        {
            return null;
        }

        var sizeLine = Encoding.Latin1.GetString(await Client.ReadThroughAsync("\r\n"));
        if (!LowerCaseHex().IsMatch(sizeLine))
        {
            throw new InvalidDataException($"Not a chunk size in lower-case hex: {sizeLine}");
        }

        var size = int.Parse(sizeLine.AsSpan()[..^2], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var data = await Client.ReadExactlyAsync(size);
        if (Encoding.Latin1.GetString(await Client.ReadExactlyAsync(2)) != "\r\n")
        {
            throw new InvalidDataException("A chunk does not end with a line end.");
        }

        _ended = size == 0;
        return _ended ? null : data;
    }

    /// <summary>The next part of a body that has no chunks: as many bytes as the expected text has.</summary>
    public Task<string> ReadAsManyAsAsync(string expected) => Client.ReadAsManyAsAsync(expected);

    /// <summary>What is left of the body, until it has ended in the way the head told.</summary>
    public async Task<string> ReadBodyAsync() => Encoding.UTF8.GetString(await ReadBodyBytesAsync());

    public async Task<byte[]> ReadBodyBytesAsync()
    {
        if (_ended)
        {
            return [];
        }

        switch (Framing)
        {
            case BodyFraming.Length:
                _ended = true;
                return await Client.ReadExactlyAsync(_length);
            case BodyFraming.Close:
                _ended = true;
                return await Client.ReadToEndAsync();
            default:
                List<byte> body = [];
                while (await ReadChunkBytesAsync() is { } chunk)
                {
                    body.AddRange(chunk);
                }

                return [.. body];
        }
    }

    [GeneratedRegex(@"^HTTP/(1\.[01]) ([1-5][0-9][0-9]) (.*)$")]
    private static partial Regex StatusLine();

    [GeneratedRegex("^(0|[1-9a-f][0-9a-f]*)\r\n$")]
    private static partial Regex LowerCaseHex();

    [GeneratedRegex(
        @"(?<=\r\n)Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), "
            + @"\d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT(?=\r\n)")]
    private static partial Regex DateValue();
}
