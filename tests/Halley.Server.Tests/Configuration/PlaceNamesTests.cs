using System.Net;
using Halley.Engine;
using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Configuration;

/// <summary>What an operator is told of places: which option says so, and who is served there.</summary>
public sealed class PlaceNamesTests
{
    private static readonly IPEndPoint Front = new(IPAddress.Any, 8100);
    private static readonly IPEndPoint Admin = new(IPAddress.Loopback, 8000);

    [Theory]
    [InlineData("0.0.0.0:8100", "front.listen (--front)")]
    [InlineData("127.0.0.1:8000", "admin.listen (--admin)")]
    [InlineData("127.0.0.1:9000", "listen of the listener at h.json:1")]
    [InlineData("127.0.0.1:9", "")]
    public void A_place_in_use_is_told_with_its_options(string place, string names) =>
        Assert.Equal(names, PlaceNames.Of(IPEndPoint.Parse(place), WithListener("127.0.0.1:9000")));

    [Fact]
    public void So_is_a_Unix_socket() => Assert.Equal(
        "listen of the listener at h.json:1",
        PlaceNames.Of(new UnixEndPoint("/run/h", UnixFileMode.UserRead), WithListener("unix:/run/h")));

    [Fact]
    public void What_is_off_is_not_said_to_serve()
    {
        var own = new IPEndPoint(IPAddress.Loopback, 9000);
        Assert.Equal($"subscribers on {Front} and publishers on {Admin}", Serve.PlacesOf(Front, Admin, []));
        Assert.Equal($"clients of your own listeners on {own}, {Front}", Serve.PlacesOf(null, null, [own, Front]));
        Assert.Equal(
            $"publishers on {Admin} and clients of your own listeners on {own}", Serve.PlacesOf(null, Admin, [own]));
    }

    private static HalleyOptions WithListener(string listen) => HalleyConfiguration.Read(
        System.Text.Encoding.UTF8.GetBytes(
            $$"""
            { "listeners": [ { "listen": "{{listen}}", "endpoints": [
            { "location": "/", "kind": "icomet-front" } ] } ] }
            """),
        "h.json");
}
