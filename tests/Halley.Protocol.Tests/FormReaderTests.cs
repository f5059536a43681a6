using FsCheck.Fluent;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

/// <summary>
/// What a publisher sends is published as it was meant, or refused with a reason; nothing is published that was not
/// understood.
/// </summary>
public sealed class FormReaderTests : IDisposable
{
    private const string Php = "multipart/form-data; boundary=------------------------d74496d66958873e";

    private const string PhpBody =
        "--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"cname\"\r\n\r\na\r\n"
        + "--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n"
        + "hello\r\n"
        + "--------------------------d74496d66958873e--\r\n";

    // As HttpClient sends it.
    private const string DotNetBody =
        "--b 1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=cname\r\n\r\na\r\n"
        + "--b 1 \r\ncontent-disposition:form-data;NAME=content\r\nContent-Transfer-Encoding: binary\r\n\r\nhello\r\n"
        + "--b 1--";

    private const string TwoNames =
        "before\r\n--B\r\nContent-Disposition: form-data; name=\"cname\"\r\n\r\na\r\n--B\r\n"
            + "Content-Disposition: form-data; name=\"cname\"\r\n\r\nb\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"x&y\"\r\n\r\nc\r\n--B\r\n"
            + "Content-Disposition: form-data; name=\"content\"\r\n\r\nhello\r\n--B--\r\nbehind";

    private readonly ICometNode _node = new();
    private readonly FormReader _reader;

    public FormReaderTests() => _reader = new FormReader(_node.Admin);

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(Php, PhpBody)]
    [InlineData("Multipart/Form-Data; charset=x; boundary=\"b 1\"", DotNetBody)]
    [InlineData("multipart/form-data;boundary=B", TwoNames)]
    [InlineData("application/x-www-form-urlencoded", "cname=a&content=hello")]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8", "cname=a&content=hello")]
    [InlineData("application/x-www-form-urlencoded; charset=ISO-8859-1", "cname=a&content=hel%6Co")]
    [InlineData("text/plain;charset=UTF-8", "cname=a&content=hello")]
    [InlineData("", "cname=a&content=hello")]
    public void Forms_are_understood_as_clients_send_them(string type, string body)
    {
        var subscriber = _node.Sub("/stream?cname=a&seq=1");
        Assert.Equal("200 OK", Ask("POST /push", body, type).Status);
        Assert.Equal("""{"type":"data","cname":"a","seq":1,"content":"hello"}""" + "\n", subscriber.Body);
    }

    [Theory]
    [InlineData("application/json", """{"cname":"a","content":"x"}""", "415")]
    [InlineData("application/json", "cname=a&content=x", "415")]
    [InlineData("application/xml", "<a/>", "415")]
    [InlineData("application/octet-stream", "cname=a&content=x", "415")]
    [InlineData("application/x-www-form-urlencoded; charset=GBK", "cname=a&content=%C4%E3", "415")]
    [InlineData("application/x-www-form-urlencoded; charset=ISO-8859-1", "cname=a&content=\u00e9", "415")]
    [InlineData("multipart/mixed; boundary=B", "--B--", "415")]
    [InlineData("multipart/form-data", PhpBody, "400")]
    [InlineData("multipart/form-data; boundary=", PhpBody, "400")]
    [InlineData("multipart/form-data; boundary=B", PhpBody, "400")]
    [InlineData("multipart/form-data; boundary=B", "--B\r\n\r\nx\r\n--B--", "400")]
    [InlineData(
        "multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"cname\"\r\n\r\na\r\n", "400")]
    [InlineData(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=\"cname\"\r\n\r\na\r\n--BX--",
        "400")]
    [InlineData(
        "multipart/form-data; boundary=B", "--B\nContent-Disposition: form-data; name=\"cname\"\n\na\n--B--", "400")]
    [InlineData(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: attachment; name=\"cname\"\r\n\r\na\r\n--B--",
        "400")]
    [InlineData(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=\"cname\r\n\r\na\r\n--B--",
        "400")]
    [InlineData(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a.txt\"\r\n\r\na\r\n--B--",
        "400")]
    [InlineData(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=\"cname\"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n"
            + "--B--",
        "415")]
    [InlineData(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=\"cname\"\r\n"
            + "Content-Type: text/plain; charset=GBK\r\n\r\n\u00c4\u00e3\r\n--B--",
        "415")]
    [InlineData("multipart/form-data; boundary=B", "--B--\r\n", "400")]
    public void What_is_no_form_is_refused_with_a_reason(string type, string body, string status)
    {
        foreach (var path in new[] { "/push", "/pub" })
        {
            var answer = Ask($"POST {path}", body, type);
            Assert.StartsWith(status, answer.Status, StringComparison.Ordinal);
            Assert.StartsWith("{\"type\":\"error\",\"message\":\"", answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Theory]
    [InlineData("/sign")]
    [InlineData("/close")]
    [InlineData("/clear")]
    [InlineData("/check")]
    public void No_command_reads_json(string path)
    {
        var answer = Ask("POST " + path, """{"cname":"a"}""", "application/json");
        Assert.Equal("415 Unsupported Media Type", answer.Status);
        Assert.Contains(
            "Accept-Post: application/x-www-form-urlencoded, multipart/form-data\r\n",
            answer.Fields,
            StringComparison.Ordinal);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Fact]
    public void A_form_has_so_many_parts_and_no_more()
    {
        var parts = string.Concat(
            Enumerable.Repeat("--B\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n", MultipartForm.MaxParts));
        const string Last = "--B\r\nContent-Disposition: form-data; name=\"cname\"\r\n\r\na\r\n";
        Assert.Equal(
            "400 Bad Request",
            Ask("POST /push?content=x", parts + Last + "--B--", "multipart/form-data; boundary=B").Status);
        var fewer = parts[(parts.Length / MultipartForm.MaxParts)..];
        Assert.Equal(
            "200 OK", Ask("POST /push?content=x", fewer + Last + "--B--", "multipart/form-data; boundary=B").Status);
    }

    [Theory]
    [InlineData("POST /push?cname=a")]
    [InlineData("GET /push?cname=a&content=x")]
    [InlineData("GET /broadcast?content=x")]
    public void A_packed_body_is_refused(string request)
    {
        var answer = Ask(request, "\u001f\u008b", "", "Content-Encoding: gzip\r\n");
        Assert.Equal("415 Unsupported Media Type", answer.Status);
        Assert.Contains("Accept-Encoding: identity\r\n", answer.Fields, StringComparison.Ordinal);
        Assert.Equal("200 OK", Ask("POST /push?cname=a", "content=x", "", "Content-Encoding: identity\r\n").Status);
    }

    [Theory]
    [InlineData("GET /push?content=x")]
    [InlineData("POST /pub?content=x")]
    public void What_names_no_channel_is_not_published_in_the_one_without_a_name(string request)
    {
        var answer = Ask(request);
        Assert.Equal("400 Bad Request", answer.Status);
        Assert.Contains("cname is missing", answer.Body, StringComparison.Ordinal);
        Assert.Equal(0, _node.Hub.ChannelCount);
    }

    [Theory]
    [InlineData("POST /push?cname=a", "hello")]
    [InlineData("POST /pub?cname=a", "{\"x\":\"a=b\"}")]
    [InlineData("GET /push?cname=a", "content=x")]
    [InlineData("GET /broadcast", "content=x")]
    public void A_body_that_says_nothing_that_is_read_is_refused(string request, string body)
    {
        var subscriber = _node.Sub("/stream?cname=a&seq=1");
        Assert.Equal("400 Bad Request", Ask(request, body).Status);
        Assert.Equal("", subscriber.Body);
    }

    [Theory]
    [InlineData("GET /push?cname=a", "")]
    [InlineData("POST /push?cname=a", "")]
    [InlineData("POST /push", "cname=a")]
    [InlineData("POST /push?cname=a", "content=")]
    public void Whoever_says_so_publishes_an_empty_message(string request, string body)
    {
        var subscriber = _node.Sub("/stream?cname=a&seq=1");
        Assert.Equal("200 OK", Ask(request, body).Status);
        Assert.Contains("\"content\":\"\"", subscriber.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_content_goes_through_a_multipart_form_as_it_is() => Claim.Holds(
        Any.Bytes.Filter(bytes => bytes.AsSpan().IndexOf("\r\n--B"u8) < 0),
        content =>
        {
            byte[] body =
            [
                .. "--B\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n"u8, .. content,
                .. "\r\n--B\r\nContent-Disposition: form-data; name=\"cname\"\r\n\r\na\r\n--B--\r\n"u8,
            ];
            var form = new ByteBuffer();
            Assert.Null(MultipartForm.Read("B"u8, body, form));
            Assert.Null(RequestParser.Parse("POST / HTTP/1.1\r\n\r\n"u8, out var head));
            var parameters = new Parameters(new HttpRequest(head, "/"u8, form.Written));
            Assert.Equal(content, parameters.Bytes("content"u8));
            Assert.Equal("a"u8, parameters.Text("cname"u8));
        },
        times: 1000);

    [Fact]
    public void Whatever_is_sent_as_a_multipart_form_is_read_or_refused()
    {
        var pieces = Any.ListOf(Gen.Elements(
            "--B", "--B--", "\r\n", "\r\n\r\n", "\n", "--", "B", "Content-Disposition: form-data; name=\"", "content",
            "\"", "; filename=x", ":", "Content-Type: text/plain; charset=", "\u00ff", " "));
        Claim.Holds(
            pieces, list => MultipartForm.Read("B"u8, string.Concat(list).Latin1(), new ByteBuffer()), times: 2000);
    }

    private RecordingExchange Ask(string request, string body = "", string type = "", string fields = "")
    {
        var exchange = _reader.Ask(
            request,
            body,
            new RecordingExchange(_node.Dispatcher),
            fields + (type.Length == 0 ? "" : $"Content-Type: {type}\r\n"));
        _node.Dispatcher.RunAll();
        return exchange;
    }
}
