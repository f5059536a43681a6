using System.Net;
using Halley.Protocol.Access;

namespace Halley.Protocol.Tests.Access;

/// <summary>
/// Who may come to the admin port, rule by rule as iComet has it; and without its fault that rules hid each other.
/// </summary>
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
        { "127.1", "", "127.2.0.1", false },
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
        { "all", "127.0.0.1,127.0.0.10", "127.0.0.10", false },
        { "all", "127.0.0.1,127.0.0.10", "127.0.0.2", true },

        // Texts that the original compared, and parts of numbers with them.
        { "127.1", "", "127.10.0.1", false },
        { "10", "", "100.0.0.1", false },
        { "10", "", "10.200.0.1", true },
        { "1.2.3", "", "1.2.30.4", false },
        { "127.0.0.", "", "127.0.0.1", true },
        { "127.0.0.", "", "127.0.1.1", false },
        { "10.0.0.0/8", "", "10.255.0.1", true },
        { "10.0.0.0/8", "", "11.0.0.1", false },
        { "10.16.0.0/12", "", "10.31.0.1", true },
        { "10.16.0.0/12", "", "10.32.0.1", false },
        { "0.0.0.0/0", "", "8.8.8.8", true },
        { "0.0.0.0/0", "", "::1", false },

        // What the original never saw.
        { "::1", "", "::1", true },
        { "::1", "", "::1:2:3:4", false },
        { "127.0.0.1", "", "::ffff:127.0.0.1", true },
        { "::ffff:10.0.0.1", "", "10.0.0.1", true },
        { "::FFFF:0a00:0001", "", "::ffff:10.0.0.1", true },
        { "::ffff:10.0.0.0/104", "", "10.9.0.1", true },
        { "::ffff:0:0/96", "", "9.9.9.9", true },
        { "all", "::ffff:10.0.0.1", "10.0.0.1", false },
        { "fd00::1", "", "fd00::1234", false },
        { "2001:DB8::5", "", "2001:db8::5", true },
        { "all", "2001:DB8:0:0::5", "2001:db8::5", false },
        { "fd00::/8", "", "fdff::1", true },
        { "fd00::/8", "", "fe00::1", false },
        { "fd00:", "", "fd00:1::1", true },
        { "fd00:", "", "fd00::1", true },
        { "fd00:", "", "fd01::1", false },
        { "2001:db8", "", "2001:db80::1", false },
        { "2001:db8", "", "2001:db8:5::1", true },
        { "fe80::1", "", "fe80::1%3", true },
        { "::/0", "", "127.0.0.1", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_rules_say_who_comes_in(string allow, string deny, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, new AddressRules(Split(allow), Split(deny)).Allows(IPAddress.Parse(address)));

    [Fact]
    public void An_empty_allow_line_names_everybody() =>
        Assert.True(new AddressRules([""], ["all"]).Allows(IPAddress.Loopback));

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("10.1.2.3.")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10/8")]
    [InlineData("010.0.0.1")]
    [InlineData("10.01")]
    [InlineData("0x7f.1")]
    [InlineData("256")]
    [InlineData("10..1")]
    [InlineData(".10")]
    [InlineData("10.0.0.1, 10.0.0.2")]
    [InlineData(" 10.0.0.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%3")]
    [InlineData("fd00")]
    [InlineData(":1")]
    [InlineData("fd00:::1")]
    [InlineData("fd00:g")]
    [InlineData("fd00::/129")]
    [InlineData("fd00::1/8")]
    [InlineData("::ffff:10.0.0.0/8")]
    [InlineData("[::1]")]
    [InlineData("ALL")]
    public void What_is_no_address_is_refused(string text) => Assert.False(AddressRule.TryParse(text, out _));

    [Fact]
    public void What_cannot_be_read_names_nobody() =>
        Assert.False(new AddressRules(["10.0.0.1, 10.0.0.2"], []).Allows(IPAddress.Parse("10.0.0.1")));

    private static string[] Split(string rules) => rules.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
