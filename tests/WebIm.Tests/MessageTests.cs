using System.Text;
using WebIm.Data;

namespace WebIm.Tests;

public sealed class MessageTests
{
    private const string Foreign = "There is no such conversation, or you are not in it.";

    [Fact]
    public async Task Messages_are_numbered_from_one_whoever_sends_them()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? anna : bo).Send(id, $"message {i}")));

        var page = await bo.Get<Page>($"conversations/{id}/messages?count=100");
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), page.Messages.Select(message => message.Seq));
        Assert.True(page.Complete);
    }

    [Fact]
    public async Task The_same_message_sent_again_is_one_message()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        var first = await anna.Send(id, "hello", "one and the same");
        Assert.Equal(first, await anna.Send(id, "hello", "one and the same"));
        Assert.Equal(2, (await bo.Send(id, "hello", "one and the same")).Seq); // another sender's ids are others

        var other =
            (await anna.Post<Conversation>("groups", new { title = "Choir", members = new[] { bo.User.Id } })).Id;
        var (status, sentence) = await anna.Refused(
            $"conversations/{other}/messages", new { clientId = "one and the same", text = "hello" });
        Assert.Equal((409, "A message with this id was sent to another conversation."), (status, sentence));
    }

    [Theory]
    [InlineData("", 400, "There is nothing to send: the message is empty.")]
    [InlineData(" \r\n\t ", 400, "There is nothing to send: the message is empty.")]
    [InlineData(null, 400, "There is nothing to send: the message is empty.")]
    public async Task Nothing_is_not_a_message(string? text, int status, string sentence)
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        var (anna, id) = await Talking(messenger);
        Assert.Equal(
            (status, sentence),
            await anna.Refused($"conversations/{id}/messages", new { clientId = "some client id", text }));
        Assert.Equal(0, (await anna.See(id)).LastSeq);
    }

    [Theory]
    [InlineData(4_001, "The message is too long: it has 4001 characters, and 4000 are the most.")]
    [InlineData(1_000_000, "The message is too long: it has 1000000 characters, and 4000 are the most.")]
    [InlineData(3_000_000, "That is far too long.")]
    public async Task Too_much_is_said_to_be_too_much(int length, string sentence)
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        var (anna, id) = await Talking(messenger);
        Assert.Equal(
            (413, sentence), await anna.Refused(
                $"conversations/{id}/messages", new { clientId = "some client id", text = new string('x', length) }));
        Assert.Equal(4_000, (await anna.Send(id, new string('ä', 4_000))).Text.Length);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"quotes\" & 'others' \\ / \u2028 \u0001 \uD83D\uDC4B ä")]
    public async Task Text_is_kept_as_it_was_written(string text)
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        var (anna, id) = await Talking(messenger);
        await anna.Send(id, text);
        Assert.Equal(text, Assert.Single((await anna.Get<Page>($"conversations/{id}/messages")).Messages).Text);
    }

    [Fact]
    public async Task A_foreign_conversation_is_closed_to_everything()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        var (_, id) = await Talking(messenger);
        using var stranger = await messenger.Newcomer("stranger");
        foreach (var conversation in new[] { id, "no-such-conversation" })
        {
            Assert.Equal((404, Foreign), await stranger.Refused($"conversations/{conversation}/messages"));
            Assert.Equal(
                (404, Foreign), await stranger.Refused(
                    $"conversations/{conversation}/messages", new { clientId = "some client id", text = "let me in" }));
            Assert.Equal((404, Foreign), await stranger.Refused($"conversations/{conversation}/read", new { seq = 1 }));
            Assert.Equal((404, Foreign), await stranger.Refused($"conversations/{conversation}/typing", new { }));
            Assert.Equal(
                (404, Foreign),
                await stranger.Refused($"groups/{conversation}/members", new { members = new[] { stranger.User.Id } }));
        }
    }

    [Fact]
    public async Task History_comes_in_pages_from_either_side()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        var (anna, id) = await Talking(messenger);
        for (var i = 1; i <= 7; i++)
        {
            await anna.Send(id, $"message {i}");
        }

        async Task Expect(string query, long[] numbers, bool complete)
        {
            var page = await anna.Get<Page>($"conversations/{id}/messages?{query}");
            Assert.Equal(numbers, page.Messages.Select(message => message.Seq));
            Assert.Equal(complete, page.Complete);
        }

        await Expect("count=3", [5, 6, 7], complete: false);
        await Expect("count=3&before=5", [2, 3, 4], complete: false);
        await Expect("count=3&before=2", [1], complete: true);
        await Expect("count=3&after=0", [1, 2, 3], complete: false);
        await Expect("count=3&after=6", [7], complete: true);
        await Expect("count=3&after=7", [], complete: true);
        await Expect("count=-5&before=3", [2], complete: false);
    }

    [Fact]
    public async Task Unread_is_what_others_said_since_one_read()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        for (var i = 0; i < 3; i++)
        {
            await anna.Send(id, "hello");
        }

        Assert.Equal((0, 3), ((await anna.See(id)).Unread, (await bo.See(id)).Unread));
        await bo.Post($"conversations/{id}/read", new { seq = 2 });
        Assert.Equal(1, (await bo.See(id)).Unread);
        await bo.Post($"conversations/{id}/read", new { seq = 1 }); // never back
        Assert.Equal(1, (await bo.See(id)).Unread);
        await bo.Post($"conversations/{id}/read", new { seq = 1_000_000 }); // never beyond what there is
        Assert.Equal(3, (await anna.See(id)).Members.Single(member => member.Id == bo.User.Id).Read);
        await anna.Send(id, "again");
        await bo.Send(id, "who answers has read");
        Assert.Equal((1, 0), ((await anna.See(id)).Unread, (await bo.See(id)).Unread));
    }

    [Fact]
    public async Task A_request_that_is_none_is_answered_with_a_sentence()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        var (anna, id) = await Talking(messenger);
        const string Sentence =
            "The request is not understood: something is missing in it, or is not of the kind it should be.";
        Assert.Equal(
            (400, Sentence), await anna.Refused(
                $"conversations/{id}/messages", new StringContent("{", Encoding.UTF8, "application/json")));
        Assert.Equal((400, Sentence), await anna.Refused($"conversations/{id}/read", new { seq = "many" }));
        Assert.Equal((400, Sentence), await anna.Refused($"conversations/{id}/messages?before=yesterday"));
        Assert.Equal((404, "There is nothing here."), await anna.Refused("no-such-thing"));
    }

    private static async Task<(Person Anna, string Conversation)> Talking(RunningMessenger messenger)
    {
        var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        return (anna, await anna.Befriend(bo));
    }
}
