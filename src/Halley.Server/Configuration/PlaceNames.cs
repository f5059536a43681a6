using System.Net;

namespace Halley.Server.Configuration;

/// <summary>The options that say to listen at a place, for who has to choose another.</summary>
internal static class PlaceNames
{
    /// <returns>Empty where none says so.</returns>
    public static string Of(EndPoint place, HalleyOptions options)
    {
        var names = new List<string>();
        Add(options.Front.Listen, "front.listen (--front)");
        Add(options.Front.Tls.RedirectFrom, "front.tls.redirect_from");
        Add(options.Admin.Listen, "admin.listen (--admin)");
        foreach (var listener in options.GetListeners())
        {
            Add(listener.Listen, $"listen of the listener at {listener.Origin}");
            Add(listener.Tls.RedirectFrom, $"redirect_from of the listener at {listener.Origin}");
        }

        return string.Join(" and ", names);

        void Add(string listen, string name)
        {
            // A Unix socket is the same place whatever its mode.
            if (listen.Length > 0
                && ListenAddress.PlaceUnlessOff(listen, UnixPath.UsualMode)?.ToString() == place.ToString())
            {
                names.Add(name);
            }
        }
    }
}
