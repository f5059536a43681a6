using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Halley.Protocol.Access;
using Halley.Server.Import;
using Halley.Testing.Properties;

namespace Halley.Server.Tests.Import;

/// <summary>Whom nginx's allow and deny let in, Halley's rules let in, and nobody else.</summary>
public class NginxAccessTests
{
    // Networks that overlap often, and addresses near their borders.
    private static readonly string[] Networks =
    [
        "10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "10.1.2.3/31",
        "0.0.0.0/0", "11.0.0.0/8", "192.168.0.0/16",
        "fd00::/8", "fd00::/16", "fd00::1", "::/0", "2001:db8::/32", "::1", "::ffff:10.0.0.0/104", "unix:", "all",
    ];

    private static readonly IPAddress[] Addresses =
    [
        .. ((string[])[
            "10.1.2.3", "10.1.2.2", "10.1.2.4", "10.1.3.0", "10.127.255.255", "10.128.0.0", "10.255.255.255",
            "11.0.0.0", "9.255.255.255", "192.168.0.1", "8.8.8.8", "fd00::1", "fd00::2", "fd01::1", "fe00::1",
            "2001:db8::9", "::1",
        ]).Select(IPAddress.Parse),
    ];

    private static readonly Gen<(bool Allows, string Network)> Lines =
        from allows in Gen.Elements(true, false) from network in Gen.Elements(Networks) select (allows, network);

    [Fact]
    public void Any_lines_in_any_order_mean_the_same() => Claim.Holds(
        Any.ListOf(Lines),
        lines =>
        {
            foreach (
                var (address, others) in Addresses.SelectMany(address => new[] { (address, true), (address, false) }))
            {
                Assert.Equal(
                    (address, others, Nginx(lines, others, address)),
                    (address, others, Halley(lines, others, address)));
            }
        },
        times: 1000);

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("fe80::1%eth0")]
    [InlineData("10.1")]
    [InlineData("localhost")]
    [InlineData("")]
    public void What_names_no_address_is_not_guessed_at(string text) =>
        Assert.Null(NginxAccess.Translate([Line(true, text)], letsOthersIn: true));

    [Fact]
    public void Long_lists_of_one_kind_are_taken_line_for_line()
    {
        var lines =
            Enumerable.Range(0, 20_000).Select(number => Line(false, $"10.{number >> 8}.{number & 255}.1")).ToList();
        Assert.Equal(20_000, NginxAccess.Translate(lines, letsOthersIn: true)!.Deny.Count);
    }

    private static bool Halley(IReadOnlyList<(bool Allows, string Network)> lines, bool others, IPAddress address)
    {
        var access = NginxAccess.Translate([.. lines.Select(line => Line(line.Allows, line.Network))], others)!;
        return new AddressRules(access.Allow, access.Deny).Allows(address);
    }

    // The first line that names it decides.
    private static bool Nginx(IReadOnlyList<(bool Allows, string Network)> lines, bool others, IPAddress address)
    {
        foreach (var (allows, network) in lines)
        {
            if (network == "all" || (network != "unix:" && NginxAccess.NetworkOf(network)!.Value.Contains(address)))
            {
                return allows;
            }
        }

        return others;
    }

    private static NginxDirective Line(bool allows, string network) =>
        new(allows ? "allow" : "deny", [network], null, "nginx.conf:1");
}
