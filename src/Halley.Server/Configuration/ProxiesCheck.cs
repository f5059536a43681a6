using System.Text;
using Halley.Protocol.Clients;

namespace Halley.Server.Configuration;

/// <summary>Whether namespaces name proxies that there are.</summary>
internal static class ProxiesCheck
{
    /// <exception cref="ConfigurationException">One does not.</exception>
    public static void Require(FileLists lists)
    {
        foreach (var one in lists.Namespaces)
        {
            RequireOne(lists, one, "subscribe_proxy", one.SubscribeProxy);
            RequireOne(lists, one, "publish_proxy", one.PublishProxy);
            RequireOne(lists, one, "sub_refresh_proxy", one.SubRefreshProxy);
        }
    }

    private static void RequireOne(FileLists lists, ChannelNamespace one, string key, string? name)
    {
        if (name is not null && !lists.Proxies.Exists(proxy => proxy.Name == name))
        {
            var names = lists.Proxies.Select(proxy => proxy.Name).ToList();
            throw new ConfigurationException(
                $"{lists.NamespacesOrigin}: {key} of the namespace with the prefix "
                    + $"\"{Encoding.UTF8.GetString(one.Prefix)}\" is \"{name}\", which is no name in proxies; "
                    + (names.Count == 0 ? "there are none" : $"there are {string.Join(", ", names)}"));
        }
    }
}
