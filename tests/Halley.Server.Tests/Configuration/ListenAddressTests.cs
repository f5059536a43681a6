using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

public class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8100", "127.0.0.1:8100", "http://127.0.0.1:8100")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80", "http://127.0.0.1:80")]
    [InlineData(":8100", "0.0.0.0:8100", "http://127.0.0.1:8100")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0", "http://127.0.0.1:0")]
    [InlineData("[::1]:8100", "[::1]:8100", "http://[::1]:8100")]
    [InlineData("[::]:8100", "[::]:8100", "http://[::1]:8100")]
    [InlineData("localhost:8100", "127.0.0.1:8100", "http://localhost:8100")]
    public void An_address_is_listened_on_and_reached(string text, string endPoint, string url)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(endPoint, address.Resolve().ToString());
        Assert.Equal(url, address.ToUrl());
    }

    [Theory]
    [InlineData("unix:/run/halley.sock", "unix:/run/halley.sock")]
    [InlineData("unix:halley.sock", "unix:/etc/halley/halley.sock")]
    [InlineData("unix:../halley.sock", "unix:/etc/halley.sock")]
    [InlineData("127.0.0.1:8100", "127.0.0.1:8100")]
    public void A_Unix_socket_is_relative_to_the_files_directory(string written, string place)
    {
        Assert.True(ListenAddress.IsPlace(written));
        Assert.Equal(place, ListenAddress.PlaceOf(UnixPath.MakeAbsolute(written, "/etc/halley"), "0660").ToString());
    }

    [Theory]
    [InlineData("unix:")]
    [InlineData("unix:/run/")]
    [InlineData(
        "unix:/012345678901234567890123456789012345678901234567890123456789"
            + "0123456789012345678901234567890123456789012345678")]
    public void What_is_no_place_of_a_Unix_socket_is_none(string text) => Assert.False(ListenAddress.IsPlace(text));

    [Theory]
    [InlineData("0660", 0b110_110_000)]
    [InlineData("666", 0b110_110_110)]
    [InlineData("1666", -1)]
    [InlineData("0668", -1)]
    [InlineData("66", -1)]
    [InlineData("rw-rw----", -1)]
    public void A_mode_is_octal(string text, int mode)
    {
        Assert.Equal(mode >= 0, UnixPath.TryParseMode(text, out var parsed));
        Assert.Equal(Math.Max(0, mode), (int)parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("8100")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:http")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1: 80")]
    [InlineData("127.0.1:80")]
    [InlineData("1.2.3.4.5:80")]
    [InlineData("256.0.0.1:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[::1:80")]
    [InlineData("http://x:80")]
    [InlineData("a b:80")]
    public void What_is_no_address_is_none(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Fact]
    public void A_name_that_is_nobodys_is_said()
    {
        Assert.True(ListenAddress.TryParse("nobody.invalid:80", out var address));
        Assert.StartsWith(
            "nobody.invalid:80: no address is known",
            Assert.Throws<ConfigurationException>(address.Resolve).Message,
            StringComparison.Ordinal);
    }
}
