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
        Assert.Equal((400, "That is you. Write to somebody else."), await anna.Refused("contacts", new { name = "ANNA" }));
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
        Assert.Equal((400, Strangers), await anna.Refused("groups", new { title = "Choir", members = new[] { bo.User.Id, cy.User.Id } }));
        Assert.Equal((400, "A group needs a name of 1 to 60 characters."), await anna.Refused("groups", new { title = " ", members = new[] { bo.User.Id } }));
        Assert.Equal((400, "Choose at least one person for the group."), await anna.Refused("groups", new { title = "Choir" }));

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
    public async Task A_conversation_of_two_stays_one_of_two()
    {
        await using var messenger = await RunningMessenger.WithoutHalley();
        using var anna = await messenger.Newcomer("anna");
        using var bo = await messenger.Newcomer("bo");
        var id = await anna.Befriend(bo);
        const string Sentence = "This conversation is between two. Begin a group instead.";
        Assert.Equal((400, Sentence), await anna.Refused($"groups/{id}/leave", new { }));
        Assert.Equal((400, Sentence), await anna.Refused($"groups/{id}/members", new { members = new[] { bo.User.Id } }));
    }
}
