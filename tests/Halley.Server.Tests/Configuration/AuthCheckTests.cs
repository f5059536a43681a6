using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

/// <summary>
/// What auth asks for has to be there: a configuration that would let everybody in, or nobody, is refused.
/// </summary>
public sealed class AuthCheckTests
{
    private const string Keys = """
        "jwt": { "secrets": ["0123456789abcdef0123456789abcdef"] },
        """;

    [Theory]
    [InlineData(
        """{ "front": { "auth": "jwt" } }""",
        "h.json:1: front.auth asks for jwt, and there is nothing to verify tokens with; set jwt.secrets_file, "
            + "jwt.public_keys_file, jwt.jwks_file or jwt.jwks_url")]
    [InlineData(
        """{ "front": { "auth": "hook" } }""",
        "h.json:1: front.auth says hook, and front.auth_hook is missing: a URL such as http://127.0.0.1:8080/auth")]
    [InlineData(
        """{ "front": { "auth_hook": "http://127.0.0.1/" } }""",
        "h.json:1: front.auth_hook is http://127.0.0.1/, and front.auth does not say hook: nobody would be asked")]
    [InlineData(
        "{ \"front\": { \"auth\": \"hook\",\n\"auth_hook\": \"ftp://x/\" } }",
        "h.json:2: front.auth_hook: \"ftp://x/\" is no address of a backend; it wants a URL such as "
            + "http://127.0.0.1:8080/auth, with variables only in its path and query")]
    public void Of_front(string json, string message) => Assert.Equal(message, RefusalOf(json));

    [Theory]
    [InlineData(
        "\"kind\": \"streaming\", \"channels_path\": \"$arg_id\", \"auth\": \"token\"",
        "auth says token, which only front and icomet-front know; jwt and hook are for all")]
    [InlineData(
        "\"kind\": \"mini-comet\", \"jwt_query\": \"t\"",
        "jwt_query says where a request has its token, and auth does not say jwt: none would be looked for")]
    [InlineData(
        "\"kind\": \"centrifugo\", \"auth\": \"jwt\", \"jwt_cookie\": \"t\"",
        "jwt_cookie says where a request has its token, and here it comes with connect; leave it out")]
    [InlineData(
        "\"kind\": \"mini-comet\", \"auth_connect_hook\": \"http://x/\"",
        "auth_connect_hook is http://x/, and h.json:2: auth does not say hook: nobody would be asked")]
    [InlineData(
        "\"kind\": \"statistics\", \"channels_path\": \"$arg_id\", \"auth\": \"jwt\"",
        "auth is for endpoints of subscribers and publishers; statistics has admin.api_keys or allow")]
    [InlineData(
        "\"kind\": \"mini-comet\", \"auth\": \"hook\"",
        "auth says hook, and h.json:2: auth_hook is missing: a URL such as http://127.0.0.1:8080/auth")]
    [InlineData(
        "\"kind\": \"centrifugo\", \"auth\": \"hook\"",
        "auth says hook, which is asked about requests, and a centrifugo endpoint has commands; it wants jwt or none, "
            + "and has proxy_connect, proxy_subscribe and proxy_publish")]
    public void Of_an_endpoint(string endpoint, string message) => Assert.Equal(
        "h.json:2: " + message,
        RefusalOf(
            $$"""
            { {{Keys}} "listeners": [ { "listen": "127.0.0.1:0", "endpoints": [
            { "location": "/x", {{endpoint}} } ] } ] }
            """));

    [Theory]
    [InlineData(
        "\"auth\": \"token\",",
        "\"kind\": \"mini-comet\"",
        "h.json:2: auth says token, which only front and icomet-front know; jwt and hook are for all")]
    [InlineData(
        "\"auth\": \"jwt\",",
        "\"kind\": \"mini-comet\", \"auth\": \"none\"",
        "h.json:1: auth of the listener holds at none of its endpoints, which have their own or ask nobody; leave it "
            + "out")]
    [InlineData(
        "\"jwt_cookie\": \"session\",",
        "\"kind\": \"statistics\", \"channels_path\": \"$arg_id\"",
        "h.json:1: jwt_cookie of the listener holds at none of its endpoints, which have their own or ask nobody; "
            + "leave it out")]
    [InlineData(
        "\"jwt_query\": \"a b\",",
        "\"kind\": \"mini-comet\"",
        "h.json:1: jwt_query is \"a b\"; it wants a name of letters, digits, \".\", \"_\" and \"-\", or nothing")]
    public void Of_a_listener(string listener, string endpoint, string message) => Assert.Equal(
        message,
        RefusalOf(
            $$"""
            { {{Keys}} "listeners": [ { {{listener}} "listen": "127.0.0.1:0", "endpoints": [
            { "location": "/x", {{endpoint}} } ] } ] }
            """));

    [Theory]
    [InlineData("\"secrets\": [\"short\"]", "h.json:1: jwt.secrets has one of 5 bytes, which")]
    [InlineData("\"secrets\": [\"\"], \"allow_short_secrets\": true", "jwt.secrets has one of 0 bytes; it wants 32 to")]
    [InlineData("\"jwks_url\": \"file:///etc/keys\"", "jwt.jwks_url is \"file:///etc/keys\"; it wants a URL such as")]
    [InlineData("\"query\": \"a b\"", "jwt.query is \"a b\"; it wants a name of letters")]
    public void Of_keys(string section, string message) => Assert.Contains(
        message, RefusalOf($$"""{ "jwt": { {{section}} } }"""), StringComparison.Ordinal);

    [Fact]
    public void A_short_secret_is_taken_where_that_is_allowed_and_said_to_be_weak()
    {
        using var folder = new TemporaryDirectory();
        folder.Write("secrets", "my dog\n");
        folder.Write("h.json", """
            { "jwt": { "allow_short_secrets": true, "secrets": ["short"], "secrets_file": "secrets" } }
            """);
        var configuration = HalleyConfiguration.Load(folder.At("h.json"), new Dictionary<string, string>(), []);
        Assert.Equal(2, configuration.Options.Jwt.ReadSecrets().Count);
        Assert.StartsWith("jwt.allow_short_secrets is true", Assert.Single(
            configuration.Warnings, warning => warning.Contains("jwt", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_that_is_no_key_is_named_and_not_repeated()
    {
        var options = HalleyConfiguration.Read("""{ "jwt": { "public_keys_file": "/dev/null" } }"""u8, "h.json");
        Assert.Equal(
            "jwt.public_keys_file /dev/null is of no use: it has no PUBLIC KEY in PEM",
            Assert.Throws<ConfigurationException>(() => options.Jwt.ToOptions()).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_once()
    {
        var options = HalleyConfiguration.Read("""{ "jwt": { "jwks_file": "/nowhere/keys.json" } }"""u8, "h.json");
        Assert.Equal(
            "jwt.jwks_file /nowhere/keys.json cannot be read: there is no such file",
            Assert.Throws<ConfigurationException>(() => options.Jwt.ToOptions()).Message);
    }

    [Fact]
    public void A_line_that_is_no_secret_is_told_by_its_number_and_not_repeated()
    {
        using var folder = new TemporaryDirectory();
        folder.Write("secrets", "# of last year\n\n0123456789abcdef0123456789abcdef\nmy dog\n");
        var jwt = new JwtSection { SecretsFile = folder.At("secrets") };
        var message = Assert.Throws<ConfigurationException>(() => jwt.ToOptions()).Message;
        Assert.StartsWith(
            $"{jwt.SecretsFile}:4: this secret has 6 bytes; it wants 32 to", message, StringComparison.Ordinal);
        Assert.DoesNotContain("my dog", message, StringComparison.Ordinal);
    }

    private static string RefusalOf(string json) => Assert.Throws<ConfigurationException>(
        () => HalleyConfiguration.Read(System.Text.Encoding.UTF8.GetBytes(json), "h.json")).Message;
}
