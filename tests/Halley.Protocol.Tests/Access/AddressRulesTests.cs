using System.Net;
using Halley.Protocol.Access;

namespace Halley.Protocol.Tests.Access;

/// <summary>Who may come to the admin port, rule by rule as iComet has it; and without its fault that rules hid each other.</summary>
public class AddressRulesTests
{
    public static TheoryData<string, string, string, bool> Cases => new()
    {
        // allow, deny, address, let in
        { "", "", "127.0.0.1", true },
        { "all", "", "127.9.9.9", true },
        { "*", "", "127.0.0.1", true },
        { "", "all", "127.0.0.1", false },
        { "", "*", "127.0.0.1", false },
        { "all", "all", "127.0.0.1", false },
        { "127.0.0.1", "", "127.0.0.1", true },
        { "127.0.0.1", "", "127.0.0.2", false },
        { "127.0.0.1", "", "127.0.0.10", false },
        { "127.0.0.1", "all", "127.0.0.1", true },
        { "127.0.0.1", "all", "127.0.0.2", false },
        { "127.0.0", "", "127.0.0.200", true },
        { "127.0.0", "", "127.0.1.1", false },
        { "127.", "", "127.99.1.1", true },
        { "127.1", "", "127.1.0.1", true },
        { "127.1", "", "127.10.0.1", true },
        { "127.1", "", "127.2.0.1", false },
        { "127.0.0.", "", "127.0.0.1", false },
        { "10.0.0.0/8", "", "10.0.0.0", false },
        { "all", "127.0.0.2", "127.0.0.1", true },
        { "all", "127.0.0.2", "127.0.0.2", false },
        { "", "127.0.0.2", "127.0.0.3", false },
        { "127.0.0.2,all", "127.0", "127.0.0.2", true },
        { "127.0.0.2,all", "127.0", "127.0.0.3", false },
        { "127.0.0.2,all", "127.0", "127.1.0.1", true },
        { "127.0", "127.0.0.2", "127.0.0.2", true },

        // What hid each other in the original.
        { "127.0.0.1,127.0.0.10", "", "127.0.0.1", true },
        { "127.0.0.1,127.0.0.10", "", "127.0.0.10", true },
        { "127.0,127.0.0.5", "", "127.0.0.3", true },
        { "127.0,127.0.0.5", "", "127.0.1.1", true },
        { "127.0.0.1,127.0.0.10", "all", "127.0.0.2", false },

        // What the original never saw.
        { "::1", "", "::1", true },
        { "127.0.0.1", "", "::ffff:127.0.0.1", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_rules_say_who_comes_in(string allow, string deny, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, new AddressRules(Split(allow), Split(deny)).Allows(IPAddress.Parse(address)));

    [Fact]
    public void An_empty_allow_line_names_everybody() =>
        Assert.True(new AddressRules([""], ["all"]).Allows(IPAddress.Loopback));

    private static string[] Split(string rules) => rules.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
