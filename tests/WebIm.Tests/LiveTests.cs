using System.Diagnostics;
using System.Text.Json;
using Halley.Testing.Doubles;
using WebIm.Api;

namespace WebIm.Tests;

/// <summary>The messenger with a real Halley beside it.</summary>
public sealed class LiveTests
{
    private const string NotLive =
        "There is no live connection just now. It is tried again by itself; what you send is kept meanwhile.";

    [Fact]
    public async Task A_window_hears_what_happens_on_the_channel_it_was_given()
    {
        await using var messenger = await RunningMessenger.WithHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        using var window = await Window.Open(bo);
        await anna.Send(id, "<b>hello</b>");
        var told = await window.Until("message");
        Assert.Equal("<b>hello</b>", told.GetProperty("message").GetProperty("text").GetString());
        await anna.Post($"conversations/{id}/typing", new { });
        Assert.Equal(anna.User.Id, (await window.Until("typing")).GetProperty("user").GetInt64());
    }

    [Fact]
    public async Task All_members_hear_at_once_that_somebody_was_added_to_their_group()
    {
        await using var messenger = await RunningMessenger.WithHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        using var cy = await messenger.Newcomer("cy");
        await anna.Befriend(bo);
        await anna.Befriend(cy);
        var group = await anna.Post<Data.Conversation>(
            "groups", new { title = "Choir", members = new[] { bo.User.Id } });
        using var hers = await Window.Open(anna);
        using var his = await Window.Open(bo);
        using var theirs = await Window.Open(cy);
        await anna.Post($"groups/{group.Id}/members", new { members = new[] { cy.User.Id } });
        await hers.Until("sync");
        await his.Until("sync");
        await theirs.Until("sync");
        Assert.Equal(3, (await cy.See(group.Id)).Members.Count);
    }

    [Fact]
    public async Task Nobody_is_told_that_more_was_read_than_was_said()
    {
        await using var messenger = await RunningMessenger.WithHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        using var window = await Window.Open(anna);
        await anna.Send(id, "hello");
        await bo.Post($"conversations/{id}/read", new { seq = long.MaxValue });
        var told = await window.Until("read");
        Assert.Equal((bo.User.Id, 1), (told.GetProperty("user").GetInt64(), told.GetProperty("seq").GetInt64()));
    }

    [Fact]
    public async Task Nobody_hears_a_channel_without_its_token()
    {
        await using var messenger = await RunningMessenger.WithHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var hers = await Window.Channel(anna);
        var his = await Window.Channel(bo);
        using var http = new HttpClient();
        foreach (var token in new[] { "", his.Token })
        {
            var answer = await http.GetStringAsync(
                $"{hers.Url}poll?cname={hers.Channel}&token={token}", TestContext.Current.CancellationToken);
            Assert.Equal("401", JsonDocument.Parse(answer).RootElement.GetProperty("type").GetString());
        }

        Assert.Equal(
            (404, "This is not a channel of yours. Load the page again."),
            await bo.Refused("channel", new { channel = hers.Channel }));
        Assert.Equal(404, (await bo.Refused("channel", new { channel = "no-such-channel" })).Status);
        Assert.Equal(hers.Token, (await anna.Post<ChannelAnswer>("channel", new { channel = hers.Channel })).Token);
    }

    [Fact]
    public async Task Online_and_offline_are_told_by_Halley()
    {
        await using var messenger = await RunningMessenger.WithHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        using var window = await Window.Open(anna);
        using (await Window.Open(bo))
        {
            var came = await window.Until("presence", told => told.GetProperty("user").GetInt64() == bo.User.Id);
            Assert.True(came.GetProperty("online").GetBoolean());
            Assert.True((await anna.See(id)).Members.Single(member => member.Id == bo.User.Id).Online);
        }

        var went = await window.Until("presence", told => told.GetProperty("user").GetInt64() == bo.User.Id);
        Assert.False(went.GetProperty("online").GetBoolean());
        Assert.False((await anna.See(id)).Members.Single(member => member.Id == bo.User.Id).Online);
    }

    [Fact]
    public async Task Signing_out_closes_the_windows_of_that_session_and_no_other()
    {
        await using var messenger = await RunningMessenger.WithHalley();
        using var anna = await messenger.Newcomer("anna");
        using var phone = messenger.Stranger();
        await phone.Post("sign-in", new { name = "anna", password = "correct horse" });
        using var desk = await Window.Open(anna);
        using var other = await Window.Open(phone);
        await anna.Post("sign-out", new { });
        await desk.UntilClosed();
        using var bo = await messenger.Newcomer("bo");
        await bo.Befriend(anna);
        await other.Until("sync");
    }

    [Fact]
    public async Task A_window_whose_session_is_over_hears_nothing_more()
    {
        var time = new ManualTime { Start = TimeProvider.System.GetUtcNow() };
        await using var messenger = await RunningMessenger.WithHalley(time);
        using var anna = await messenger.Newcomer("anna");
        using var window = await Window.Open(anna);
        time.Advance(TimeSpan.FromDays(31));
        await window.UntilClosed();
        Assert.Equal(401, (await anna.Refused("channel", new { })).Status);
    }

    [Fact]
    public async Task Halley_that_dies_is_started_again_and_what_was_said_meanwhile_is_told()
    {
        await using var messenger = await RunningMessenger.WithHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        var channel = await Window.Channel(bo);
        using (var window = await Window.Follow(channel))
        {
            messenger.KillHalley();
            await window.UntilClosed();
        }

        await anna.Send(id, "while it was away");
        // The page asks for the token again, and reads its store; what was queued comes besides, or was told to nobody.
        using var again = await Window.Open(bo, channel.Channel);
        await anna.Send(id, "after");
        var told = await again.Until(
            "message", message => message.GetProperty("message").GetProperty("text").GetString() == "after");
        Assert.Equal(2, told.GetProperty("message").GetProperty("seq").GetInt64());
        Assert.Equal(2, (await bo.See(id)).Unread);
    }

    [Fact]
    public async Task Without_Halley_messages_are_kept_and_the_page_is_told_why_it_hears_nothing()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        Assert.Equal((503, NotLive), await anna.Refused("channel", new { }));
        var answer = await anna.Post<MessageAnswer>(
            $"conversations/{id}/messages", new { clientId = "some client id", text = "hello" });
        Assert.False(answer.Live);
        Assert.Equal("hello", (await bo.See(id)).Last!.Text);
    }

    [Fact]
    public async Task Halley_ends_when_the_messenger_is_killed()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        var program = Path.Combine(AppContext.BaseDirectory, "WebIm.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. messenger.Arguments])
        {
            RedirectStandardOutput = true,
        })!;
        using var http = new HttpClient();
        async Task<bool> Answers()
        {
            try
            {
                return (await http.GetAsync($"http://{messenger.HalleyAdmin}/info")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        try
        {
            await Patience.Until("Halley to answer", Answers);
        }
        finally
        {
            process.Kill(); // SIGKILL: nothing in it runs any more
        }

        await Patience.Until("Halley to be gone", async () => !await Answers());
    }
}
