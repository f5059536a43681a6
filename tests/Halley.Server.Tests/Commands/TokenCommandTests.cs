using System.Text.Json;
using Halley.Jwt;
using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Commands;

public sealed class TokenCommandTests : IDisposable
{
    private readonly JwtSection _jwt = new() { Secrets = ["0123456789abcdef0123456789abcdef"], Issuer = "us" };
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task What_it_makes_it_shows_and_takes()
    {
        var token = TokenCommand.Make(_jwt, Content("""{"name":"Anna"}"""));
        Assert.Equal(0, await TokenCommand.Show(token, _jwt, _output));
        var lines = _output.ToString().Split('\n');
        Assert.Equal("""header: {"alg":"HS256","typ":"JWT"}""", lines[0]);
        var claims = JsonElement.Parse(lines[1]["claims: ".Length..]);
        Assert.Equal(
            ("anna", "us", "news", "Anna"),
            (
                claims.GetProperty("sub").GetString(),
                claims.GetProperty("iss").GetString(),
                claims.GetProperty("subscribe")[0].GetString(),
                claims.GetProperty("info").GetProperty("name").GetString()));
        Assert.Equal("right", lines[2]);
    }

    [Fact]
    public async Task A_token_that_the_server_does_not_take_is_shown_with_the_reason()
    {
        var token = TokenCommand.Make(_jwt, Content(null));
        var other = new JwtSection { Secrets = ["another secret, and as long as it must be"] };
        Assert.Equal(1, await TokenCommand.Show(token, other, _output));
        Assert.EndsWith(
            "refused: The token is not signed with a key and an algorithm that are known here.\n",
            _output.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "--user", "anna")]
    [InlineData(false, "--user", "anna", "--subscribe", "news")]
    [InlineData(false, "--user", "anna", "--publish", "news")]
    public async Task A_token_that_permits_nothing_is_made_with_a_warning(bool warns, params string[] arguments)
    {
        using var folder = new TemporaryDirectory();
        var conf = folder.Write("h.json", """{ "jwt": { "secrets": ["0123456789abcdef0123456789abcdef"] } }""");
        using var error = new StringWriter { NewLine = "\n" };
        Assert.Equal(
            0,
            await HalleyCommand.Run(
                ["token", conf, .. arguments],
                new System.CommandLine.InvocationConfiguration { Output = _output, Error = error }));
        Assert.Equal(3, _output.ToString().Split('.').Length);
        Assert.Equal(
            warns
                ? "halley: warning: without --subscribe and --publish the token permits nothing, but for connecting to "
                    + "a centrifugo endpoint\n"
                : "",
            error.ToString());
    }

    [Fact]
    public void Without_a_secret_or_with_what_is_no_JSON_there_is_none()
    {
        Assert.Contains(
            "jwt.secrets_file",
            Assert.Throws<CommandException>(() => TokenCommand.Make(new JwtSection(), Content(null))).Message,
            StringComparison.Ordinal);
        Assert.Throws<CommandException>(() => TokenCommand.Make(_jwt, Content("{")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void A_user_that_the_server_would_not_take_is_refused_with_a_sentence(int length) => Assert.Equal(
        $"--user has {length} characters; it wants 1 to 255",
        Assert.Throws<CommandException>(
            () => TokenCommand.Make(_jwt, Content(null, new string('a', length)))).Message);

    private static TokenContent Content(string? info, string user = "anna")
    {
        var now = TimeProvider.System.GetUtcNow();
        return new TokenContent(user, info, null, ["news"], [], "us", "", now, now.AddHours(1));
    }
}
