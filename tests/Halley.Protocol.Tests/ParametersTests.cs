using Halley.Protocol.Http;

namespace Halley.Protocol.Tests;

public class ParametersTests
{
    [Theory]
    [InlineData("c=a", "a")]
    [InlineData("x=1&c=a&y=2", "a")]
    [InlineData("c=a&c=b", "a")] // the first wins
    [InlineData("C=a", "a")] // case of names
    [InlineData("%63=a", "")] // names are not decoded
    [InlineData("cc=a", "")]
    [InlineData("c=", "")]
    [InlineData("c", "")]
    [InlineData("", "")]
    [InlineData("c=a=b", "a=b")]
    [InlineData("c=a+b%20c", "a b c")]
    [InlineData("c=%41%7a%7A", "Azz")]
    [InlineData("c=%2B", "+")]
    [InlineData("c=a%00b", "a\0b")] // NUL is kept
    [InlineData("c=100%", "100%")] // a stray % stays
    [InlineData("c=%zz%4", "%zz%4")]
    [InlineData("c=%%41", "%A")]
    [InlineData("junk&c=a", "a")] // what has no = is no parameter
    [InlineData("&&c=a", "a")]
    [InlineData("&c=a&", "a")]
    [InlineData("=x&c=a", "a")]
    [InlineData("c=a;b", "a;b")]
    [InlineData("c={\"x\":[1]}|\\^`<>", "{\"x\":[1]}|\\^`<>")] // illegal bytes stand for themselves
    [InlineData("c=\u00E4\u00FF", "\u00E4\u00FF")]
    [InlineData("c=-._~!$'()*,:@/?", "-._~!$'()*,:@/?")]
    public void A_parameter_is_read_from_the_query(string query, string value)
    {
        var request = Request("GET", query);
        var parameters = new Parameters(request);
        Assert.Equal(value, parameters.Text("c"u8).Latin1());
        Assert.Equal(value, parameters.Bytes("c"u8).Latin1());
    }

    [Theory]
    [InlineData("c=url", "c=body", "body")]
    [InlineData("c=url", "x=1", "url")]
    [InlineData("c=url", "", "url")]
    [InlineData("c=url", "c=", "")] // found in the body, though empty
    [InlineData("c=url", "{\"json\":1}", "url")]
    [InlineData("c=url", "{\"a\":\"b\"}&c=body", "body")]
    [InlineData("c=url", "c=100%&d", "100%")]
    [InlineData("c=url", "c=a#b", "a#b")]
    [InlineData("", "c=a%0D%0Ab+c", "a\r\nb c")]
    [InlineData("", "c=a\r\nb", "a\r\nb")]
    public void In_a_post_the_body_comes_before_the_query(string query, string body, string value)
    {
        var request = Request("POST", query, body);
        Assert.Equal(value, new Parameters(request).Text("c"u8).Latin1());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    public void Only_a_post_has_parameters_in_its_body(string method)
    {
        var request = Request(method, "c=url", "c=body");
        Assert.Equal("url", new Parameters(request).Text("c"u8).Latin1());
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("007", 7)]
    [InlineData("1abc", 1)]
    [InlineData("abc", 0)]
    [InlineData("", 0)]
    [InlineData("-", 0)]
    [InlineData("-1", -1)]
    [InlineData("%2B5", 5)]
    [InlineData("+5", 5)] // a space
    [InlineData("%205", 5)]
    [InlineData("1.9", 1)]
    [InlineData("1e9", 1)]
    [InlineData("0x10", 0)]
    [InlineData("--1", 0)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("99999999999999999999999999", long.MaxValue)]
    [InlineData("-99999999999999999999999999", long.MinValue)]
    public void A_number_is_its_leading_digits(string text, long number)
    {
        var request = Request("GET", "n=" + text);
        Assert.Equal(number, new Parameters(request).Number("n"u8));
    }

    [Theory]
    [InlineData("c=a", true)]
    [InlineData("c=", true)]
    [InlineData("x=1&C=a", true)]
    [InlineData("c", false)]
    [InlineData("cc=a", false)]
    [InlineData("", false)]
    public void A_parameter_is_there_if_it_is_named_and_has_its_sign(string query, bool has)
    {
        var request = Request("GET", query);
        Assert.Equal(has, new Parameters(request).Has("c"u8));
    }

    [Fact]
    public void A_number_that_is_missing_is_0()
    {
        var request = Request("GET", "x=1");
        Assert.Equal(0, new Parameters(request).Number("n"u8));
    }

    [Fact]
    public void An_array_of_its_own_is_not_touched_by_what_the_host_does_with_its_buffer()
    {
        var buffer = "GET /?c=plain HTTP/1.1\r\n\r\n"u8.ToArray();
        RequestParser.Parse(buffer, out var head);
        var request = new HttpRequest(head, default, default);
        var value = new Parameters(request).Bytes("c"u8);
        Array.Clear(buffer);
        Assert.Equal("plain", value.Latin1());
    }

    private static HttpRequest Request(string method, string query, string body = "")
    {
        Assert.Null(RequestParser.Parse($"{method} /?{query} HTTP/1.1\r\n\r\n".Latin1(), out var head));
        return new HttpRequest(head, head.Path, body.Latin1());
    }
}
