using WebIm.Data;

namespace WebIm.Tests;

public sealed class ConversationTests
{
    [Fact]
    public async Task Two_people_have_one_conversation_whoever_begins_it()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        Assert.Equal(await anna.Befriend(bo), await bo.Befriend(anna));
        Assert.Equal((404, "Nobody here has that user name."), await anna.Refused("contacts", new { name = "nobody" }));
        Assert.Equal(
            (400, "That is you. Write to somebody else."), await anna.Refused("contacts", new { name = "ANNA" }));
    }

    [Fact]
    public async Task A_group_is_made_of_contacts_and_can_be_left()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        using var cy = await messenger.Newcomer("cy");
        await anna.Befriend(bo);
        const string Strangers = "Only your contacts can be put into a group. Begin a conversation with them first.";
        Assert.Equal(
            (400, Strangers),
            await anna.Refused("groups", new { title = "Choir", members = new[] { bo.User.Id, cy.User.Id } }));
        Assert.Equal(
            (400, "A group needs a name of 1 to 60 characters."),
            await anna.Refused("groups", new { title = " ", members = new[] { bo.User.Id } }));
        Assert.Equal(
            (400, "Choose at least one person for the group."), await anna.Refused("groups", new { title = "Choir" }));

        var group = await anna.Post<Conversation>("groups", new { title = "Choir", members = new[] { bo.User.Id } });
        await anna.Befriend(cy);
        await anna.Post($"groups/{group.Id}/members", new { members = new[] { cy.User.Id } });
        await cy.Send(group.Id, "La");
        Assert.Equal(3, (await bo.See(group.Id)).Members.Count);

        await cy.Post($"groups/{group.Id}/leave", new { });
        Assert.Equal(404, (await cy.Refused($"conversations/{group.Id}/messages")).Status);
        Assert.Equal("The cy", (await bo.See(group.Id)).Last!.SenderShown); // what was said stays
    }

    [Fact]
    public async Task Every_member_may_add_contacts_to_a_group_and_nobody_else_may()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        using var cy = await messenger.Newcomer("cy");
        using var stranger = await messenger.Newcomer("stranger");
        await anna.Befriend(bo);
        await bo.Befriend(cy);
        await stranger.Befriend(anna);
        var group = await anna.Post<Conversation>("groups", new { title = "Choir", members = new[] { bo.User.Id } });

        const string Strangers = "Only your contacts can be put into a group. Begin a conversation with them first.";
        Assert.Equal(
            404, (await stranger.Refused($"groups/{group.Id}/members", new { members = new[] { stranger.User.Id } }))
                .Status);
        Assert.Equal(
            (400, Strangers), await anna.Refused($"groups/{group.Id}/members", new { members = new[] { cy.User.Id } }));
        Assert.Equal(
            (400, Strangers),
            await bo.Refused($"groups/{group.Id}/members", new { members = new[] { cy.User.Id, 4711 } }));
        Assert.Equal(
            (400, "Choose at least one person for the group."),
            await bo.Refused($"groups/{group.Id}/members", new { members = Array.Empty<long>() }));
        Assert.Equal(400, (await bo.Refused($"groups/{group.Id}/members", new { members = "all" })).Status);
        Assert.Equal(2, (await bo.See(group.Id)).Members.Count);

        await bo.Post($"groups/{group.Id}/members", new { members = new[] { cy.User.Id, cy.User.Id } });
        await bo.Post(
            $"groups/{group.Id}/members",
            new { members = new[] { cy.User.Id, anna.User.Id } }); // who are in it already
        Assert.Equal(
            [anna.User.Id, bo.User.Id, cy.User.Id],
            (await anna.See(group.Id)).Members.Select(member => member.Id).Order());
    }

    [Fact]
    public async Task What_was_said_before_somebody_came_to_a_group_can_be_read_and_is_no_news()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        using var cy = await messenger.Newcomer("cy");
        await anna.Befriend(bo);
        await anna.Befriend(cy);
        var group = await anna.Post<Conversation>("groups", new { title = "Choir", members = new[] { bo.User.Id } });
        await anna.Send(group.Id, "one");
        await bo.Send(group.Id, "two");

        await anna.Post($"groups/{group.Id}/members", new { members = new[] { cy.User.Id } });
        Assert.Equal(0, (await cy.See(group.Id)).Unread);
        Assert.Equal("two", (await cy.See(group.Id)).Last!.Text);
        await anna.Send(group.Id, "three");
        Assert.Equal(1, (await cy.See(group.Id)).Unread);

        await cy.Post($"groups/{group.Id}/leave", new { });
        await anna.Send(group.Id, "four");
        await anna.Post($"groups/{group.Id}/members", new { members = new[] { cy.User.Id } });
        Assert.Equal(0, (await cy.See(group.Id)).Unread);
        Assert.Equal(2, (await bo.See(group.Id)).Unread); // three and four: for who stayed nothing changed
    }

    [Fact]
    public async Task A_group_has_fifty_members_at_most_however_they_come_to_it()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        var ids = new List<long>();
        for (var i = 0; i < Conversations.MostMembers; i++)
        {
            using var other = await messenger.Newcomer($"other{i}");
            await anna.Befriend(other);
            ids.Add(other.User.Id);
        }

        var group = await anna.Post<Conversation>("groups", new { title = "Choir", members = ids[..^2] });
        const string Sentence = "A group has at most 50 members.";
        Assert.Equal((400, Sentence), await anna.Refused($"groups/{group.Id}/members", new { members = ids[^2..] }));
        Assert.Equal(
            (400, Sentence),
            await anna.Refused($"groups/{group.Id}/members", new { members = Enumerable.Repeat(ids[0], 100_000) }));
        Assert.Equal(49, (await anna.See(group.Id)).Members.Count);
        await anna.Post($"groups/{group.Id}/members", new { members = ids[^1..] });
        Assert.Equal((400, Sentence), await anna.Refused($"groups/{group.Id}/members", new { members = ids[^2..^1] }));
        Assert.Equal(50, (await anna.See(group.Id)).Members.Count);
    }

    [Fact]
    public async Task A_conversation_of_two_stays_one_of_two()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        const string Sentence = "This conversation is between two. Begin a group instead.";
        Assert.Equal((400, Sentence), await anna.Refused($"groups/{id}/leave", new { }));
        Assert.Equal(
            (400, Sentence), await anna.Refused($"groups/{id}/members", new { members = new[] { bo.User.Id } }));
    }
}
