using FsCheck;
using FsCheck.Fluent;
using Halley.Protocol.Http;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

/// <summary>A peer can never make the parser throw, and how its bytes are cut in pieces changes nothing.</summary>
public class RequestParserProperties
{
    private static readonly string[] Requests =
    [
        "GET /sub?cname=a&seq=1&cb=f HTTP/1.1\r\nHost: halley\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n",
        "POST /push HTTP/1.1\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n",
        "POST /push HTTP/1.1\nTransfer-Encoding: chunked\nConnection: close, x\n\n",
        "GET http://halley/poll?cname=%20#x HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
    ];

    private static readonly Arbitrary<IReadOnlyList<Mutation>> Mutations = Any.ListOf(
        from place in Gen.Choose(0, 200)
        from kind in Gen.Elements('r', 'i', 'd')
        from value in Gen.OneOf(
            Gen.Choose(0, 255).Select(value => (byte)value), Gen.Elements("\r\n :/?#,%0 \t"u8.ToArray()))
        select new Mutation(place, kind, value));

    [Fact]
    public void Random_bytes_are_refused_or_read_but_never_make_the_parser_throw() =>
        Claim.Holds(Any.Bytes, bytes => Read(bytes), times: 2000);

    [Fact]
    public void A_good_request_with_random_faults_never_makes_the_parser_throw() =>
        Claim.Holds(
            Mutations,
            mutations =>
            {
                foreach (var request in Requests)
                {
                    Read(Apply(mutations, request.Latin1()));
                }
            },
            times: 1000);

    [Fact]
    public void The_end_of_a_head_is_found_however_its_bytes_are_cut() =>
        Claim.Holds(
            Mutations,
            mutations =>
            {
                foreach (var request in Requests)
                {
                    var bytes = Apply(mutations, request.Latin1());
                    var scanned = 0;
                    var whole = RequestParser.FindEnd(bytes, ref scanned);
                    Assert.Equal(whole, FindEndByteByByte(bytes));
                    Assert.Equal(whole, FindEndPlainly(bytes));
                }
            },
            times: 500);

    [Fact]
    public void What_was_scanned_once_is_not_scanned_again()
    {
        var bytes = new byte[10_000];
        Array.Fill(bytes, (byte)'a');
        bytes[5000] = (byte)'\n';
        var scanned = 0;
        Assert.Equal(-1, RequestParser.FindEnd(bytes, ref scanned));
        Assert.Equal(bytes.Length, scanned);
    }

    private static int FindEndByteByByte(byte[] bytes)
    {
        var scanned = 0;
        for (var length = 0; length <= bytes.Length; length++)
        {
            var end = RequestParser.FindEnd(bytes.AsSpan(0, length), ref scanned);
            if (end >= 0)
            {
                Assert.Equal(length, end);
                return end;
            }
        }

        return -1;
    }

    private static int FindEndPlainly(byte[] bytes)
    {
        var text = bytes.Latin1();
        int[] ends =
        [
            text.IndexOf("\n\n", StringComparison.Ordinal) is var a and >= 0 ? a + 2 : int.MaxValue,
            text.IndexOf("\n\r\n", StringComparison.Ordinal) is var b and >= 0 ? b + 3 : int.MaxValue,
        ];
        return ends.Min() is var end and < int.MaxValue ? end : -1;
    }

    private static void Read(byte[] bytes)
    {
        var scanned = 0;
        RequestParser.CouldBeRequest(bytes);
        RequestParser.FindEnd(bytes, ref scanned);
        if (RequestParser.Parse(bytes, out var head) is null)
        {
            var request = new HttpRequest(head, UrlEncoding.Decode(head.Path, plusIsSpace: false), bytes);
            request.Field("Host"u8);
            var parameters = new Parameters(request);
            parameters.Text("cname"u8);
            parameters.Number("seq"u8);
            parameters.Bytes("content"u8);
        }
    }

    private static byte[] Apply(IReadOnlyList<Mutation> mutations, byte[] request)
    {
        var bytes = request.ToList();
        foreach (var (place, kind, value) in mutations.Take(8))
        {
            var at = place % bytes.Count;
            switch (kind)
            {
                case 'r':
                    bytes[at] = value;
                    break;
                case 'i':
                    bytes.Insert(at, value);
                    break;
                default:
                    bytes.RemoveAt(at);
                    break;
            }
        }

        return [.. bytes];
    }

    private readonly record struct Mutation(int Place, char Kind, byte Value);
}
