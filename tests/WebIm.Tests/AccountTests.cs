using System.Text;
using Halley.Testing.Doubles;

namespace WebIm.Tests;

public sealed class AccountTests
{
    [Fact]
    public async Task Who_registers_is_signed_in_and_may_sign_in_again_elsewhere()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        Assert.Equal("The anna", (await anna.Get<Data.User>("me")).Shown);

        using var elsewhere = messenger.Stranger();
        Assert.Equal(
            anna.User, await elsewhere.Post<Data.User>("sign-in", new { name = "Anna", password = "correct horse" }));
    }

    [Fact]
    public async Task A_password_is_nowhere_in_the_database()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = messenger.Stranger();
        await anna.Register("anna", "a password in the clear");

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(messenger.DatabaseFile)!))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(
                "a password in the clear",
                await reader.ReadToEndAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(
        "a", "correct horse", 400, "A user name has 2 to 32 letters (a–z), digits, dots, dashes or underscores.")]
    [InlineData(
        "<b>anna</b>",
        "correct horse",
        400,
        "A user name has 2 to 32 letters (a–z), digits, dots, dashes or underscores.")]
    [InlineData("anna\n", "short", 400, "A password has at least 8 characters.")]
    [InlineData("BO", "correct horse", 409, "The user name BO is taken. Choose another one.")]
    public async Task What_is_wrong_with_a_registration_is_said(
        string name, string password, int status, string sentence)
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var bo = await messenger.Newcomer("bo");
        using var stranger = messenger.Stranger();
        Assert.Equal((status, sentence), await stranger.Refused("register", new { name, password }));
    }

    [Theory]
    [InlineData("anna", "wrong horse")]
    [InlineData("nobody", "correct horse")]
    [InlineData("", "")]
    public async Task A_wrong_name_and_a_wrong_password_are_not_told_apart(string name, string password)
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var stranger = messenger.Stranger();
        Assert.Equal(
            (401, "User name and password do not go together."),
            await stranger.Refused("sign-in", new { name, password }));
    }

    [Fact]
    public async Task Who_tries_passwords_is_made_to_wait()
    {
        await using var messenger = await RunningMessenger.WithoutHalley("--signInsPerMinute", "3");
        using var thief = messenger.Stranger();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(401, (await thief.Refused("sign-in", new { name = "anna", password = $"guess {i}" })).Status);
        }

        Assert.Equal(
            (429, "That was too often in a short time. Wait a minute, then try again."),
            await thief.Refused("sign-in", new { name = "anna", password = "guess" }));
    }

    [Fact]
    public async Task A_session_ends_when_its_time_is_up()
    {
        var time = new ManualTime { Start = TimeProvider.System.GetUtcNow() };
        await using var messenger = await RunningMessenger.WithoutHalley(time);
        using var anna = await messenger.Newcomer("anna");
        time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        await anna.Get<Data.User>("me");
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(
            (401, "You are not signed in, or your session has ended. Sign in again."),
            await anna.Refused("conversations"));
    }

    [Fact]
    public async Task A_cookie_is_worth_nothing_after_signing_out()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var thief = messenger.Stranger();
        thief.Cookies.Add(anna.Cookies.GetAllCookies());
        await thief.Get<Data.User>("me");

        await anna.Post("sign-out", new { });
        Assert.Equal(401, (await anna.Refused("me")).Status);
        Assert.Equal(401, (await thief.Refused("me")).Status);
    }

    [Theory]
    [InlineData("https://elsewhere.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("null")]
    public async Task Another_site_changes_nothing(string origin)
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sign-out")
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Origin", origin);
        using var answer = await anna.Ask(request);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(
            "another site",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        await anna.Get<Data.User>("me");
    }

    [Fact]
    public async Task The_cookie_stays_with_the_site_and_away_from_scripts()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var stranger = messenger.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/register")
        {
            Content =
                new StringContent("""{"name":"anna","password":"correct horse"}""", Encoding.UTF8, "application/json"),
        };
        using var answer = await stranger.Ask(request);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
    }
}
