using System.Buffers;
using BenchmarkDotNet.Attributes;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Halley.Benchmarks;

/// <summary>
/// A subscriber's request head, from bytes to where its parts lie: our parser beside the one in ASP.NET Core's server,
/// whose fields go to a receiver that keeps nothing. A parser that throws costs an attacker's victim what the malformed
/// samples show.
/// </summary>
[MemoryDiagnoser]
public class RequestParsing
{
    private readonly HttpParser<KestrelRequest> _kestrelParser = new(showErrorDetails: false);
    private readonly KestrelRequest _kestrelRequest = new();
    private byte[] _bytes = [];

    [Params(RequestSample.Curl, RequestSample.Browser, RequestSample.MalformedLine, RequestSample.MalformedField)]
    public RequestSample Sample { get; set; }

    [GlobalSetup]
    public void Prepare() => _bytes = SampleRequests.Of(Sample);

    [Benchmark]
    public int Ours()
    {
        var scanned = 0;
        var length = RequestParser.FindEnd(_bytes, ref scanned);
        var error = RequestParser.Parse(_bytes.AsSpan(0, length), out var head);
        return error is null ? head.Path.Length + head.Fields.Length : -1;
    }

    [Benchmark(Baseline = true)]
    public int Kestrel()
    {
        _kestrelRequest.FieldBytes = 0;
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(_bytes));
        try
        {
            return _kestrelParser.ParseRequestLine(_kestrelRequest, ref reader) && _kestrelParser.ParseHeaders(
                _kestrelRequest, ref reader)
                ? _kestrelRequest.PathLength + _kestrelRequest.FieldBytes
                : 0;
        }
        catch (BadHttpRequestException)
        {
            return -1;
        }
    }
}
