using Halley.Protocol.Routing;

namespace Halley.Protocol.Tests.Routing;

public class ExpressionTests
{
    [Theory]
    [InlineData("$arg_id", "/pub?id=ch1", "ch1")]
    [InlineData("$arg_id", "/pub?x=1&ID=a%2Fb&id=2", "a/b")]
    [InlineData("$arg_id", "/pub?id=a+b", "a+b")]
    [InlineData("$arg_id", "/pub", "")]
    [InlineData("fix/${arg_id}_x", "/pub?id=a", "fix/a_x")]
    [InlineData("$uri", "/a%20b?x=1", "/a b")]
    [InlineData("$request_uri", "/a%20b?x=1", "/a%20b?x=1")]
    [InlineData("$args", "/a?x=1&y=2", "x=1&y=2")]
    [InlineData("$host", "/a", "halley")]
    [InlineData("$http_user_agent|$http_x", "/a", "Firefox|")]
    [InlineData("$cookie_who", "/a", "me")]
    [InlineData("$request_method", "/a", "GET")]
    [InlineData("plain", "/a", "plain")]
    public void Variables_stand_for_parts_of_the_request(string expression, string target, string value) =>
        Assert.Equal(
            value, RequestFor.Evaluate(expression, "/", target, "User-Agent: Firefox\r\nCookie: a=b; who=me\r\n"));

    [Theory]
    [InlineData("$1", "~ ^/sub/(.*)$", "/sub/a.b3/b", "a.b3/b")]
    [InlineData("$2-$1", "~ ^/(\\w+)/(\\w+)$", "/a/b", "b-a")]
    [InlineData("$who", "~ ^/(?P<who>\\w+)$", "/a", "a")]
    public void Parts_of_the_path_are_variables(string expression, string location, string target, string value) =>
        Assert.Equal(value, RequestFor.Evaluate(expression, location, target));

    [Fact]
    public void What_is_encoded_in_an_address_is_decoded_once()
    {
        Assert.Equal("dd%20x", RequestFor.Evaluate("$1", "~ ^/sub/(.*)$", "/sub/dd%2520x"));
        Assert.Equal("dd%20x", RequestFor.Evaluate("$arg_id", "/pub", "/pub?id=dd%2520x"));
    }

    [Theory]
    [InlineData("$arg", "$arg is no variable here")]
    [InlineData("a$", "a $ wants the name")]
    [InlineData("$1", "$1 is no variable here")]
    [InlineData("${}", "a $ wants the name")]
    public void An_unknown_variable_is_told(string written, string error)
    {
        Assert.False(Expression.TryParse(written, RequestFor.At("/pub"), out _, out var told));
        Assert.StartsWith(error, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$arg_qs = on", "/?qs=on", true)]
    [InlineData("$arg_qs = \"on\"", "/?qs=on", true)]
    [InlineData("$arg_qs = on", "/?qs=off", false)]
    [InlineData("$arg_qs != on", "/?qs=off", true)]
    [InlineData("$arg_qs != on", "/", true)]
    [InlineData("$arg_qs ~ ^o", "/?qs=on", true)]
    [InlineData("$arg_qs ~ ^O", "/?qs=on", false)]
    [InlineData("$arg_qs ~* ^O", "/?qs=on", true)]
    [InlineData("$arg_qs !~ ^o", "/?qs=on", false)]
    [InlineData("$arg_qs !~* ^O", "/?qs=x", true)]
    [InlineData("$arg_qs", "/?qs=on", true)]
    [InlineData("$arg_qs", "/?qs=0", false)]
    [InlineData("$arg_qs", "/?qs=", false)]
    public void A_condition_holds_or_does_not(string condition, string target, bool holds) =>
        Assert.Equal(holds, RequestFor.Holds(condition, target));

    [Theory]
    [InlineData("$arg_qs is on", "is no condition")]
    [InlineData("$nothing = on", "is no variable here")]
    [InlineData("$arg_qs ~ (", "is no regular expression")]
    public void What_is_no_condition_is_told(string written, string error)
    {
        Assert.False(Condition.TryParse(written, RequestFor.At("/"), out _, out var told));
        Assert.Contains(error, told, StringComparison.Ordinal);
    }
}
