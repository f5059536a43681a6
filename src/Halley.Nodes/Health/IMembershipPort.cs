using Halley.Nodes.Frames;

namespace Halley.Nodes.Health;

/// <summary>What <see cref="Membership"/> lets happen. Called under its lock: returns at once, and does not call it back from there.</summary>
internal interface IMembershipPort
{
    /// <summary>Tells every node that there is a link to.</summary>
    void Announce(NodeStage stage);

    void GiveUp(NodeEntry to, GivenUp said);

    /// <summary>Calls when nothing runs any more that looked at an earlier view.</summary>
    void AfterAllHaveSeen(Action then);

    /// <summary>Lets those channels go that are not this node's in the view of the moment, and subscribers served here for a node that has theirs no longer.</summary>
    void LetGo();

    /// <summary>Lets all channels go that are this node's: what their subscribers know may not be all there was.</summary>
    void LetAllGo();

    /// <summary>This node serves, or will not: requests that waited for that go on.</summary>
    void GoOn();
}
