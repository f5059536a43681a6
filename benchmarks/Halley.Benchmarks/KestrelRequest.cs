using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Halley.Benchmarks;

/// <summary>
/// Receives what Kestrel's parser finds, and keeps as little of it as a comet server needs: nothing is copied.
/// </summary>
internal sealed class KestrelRequest : IHttpRequestLineHandler, IHttpHeadersHandler
{
    public int PathLength { get; private set; }

    public int FieldBytes { get; set; }

    public void OnStartLine(
        HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine) =>
        PathLength = targetPath.Length;

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => FieldBytes += name.Length + value.Length;

    public void OnStaticIndexedHeader(int index)
    {
    }

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value)
    {
    }

    public void OnHeadersComplete(bool endStream)
    {
    }
}
