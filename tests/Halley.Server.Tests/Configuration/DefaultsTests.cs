using System.Collections;
using System.Globalization;
using System.Reflection;
using Halley.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Tests.Configuration;

public class DefaultsTests
{
    /// <summary>Every option's key, and its default in the options classes.</summary>
    private static readonly SortedDictionary<string, string> OfClasses = new(
        Walk(new HalleyOptions(), "").Concat(OfDialects).ToDictionary(), StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> OfDialects =>
        DialectKeys.All.Select(
            option => KeyValuePair.Create(option.Name, option.Get(new HalleyOptions()).SingleOrDefault("")));

    [Fact]
    public void The_built_in_halley_json_holds_every_option_with_its_default() => Assert.Equal(
        OfClasses,
        new SortedDictionary<string, string>(
            HalleyConfiguration.ReadDefaults().ToDictionary(setting => setting.Key, setting => setting.Value ?? ""),
            StringComparer.Ordinal));

    [Fact]
    public void Every_option_is_a_key_and_every_key_an_option() =>
        Assert.Equal(OfClasses.Keys, SettingKeys.All.Select(key => key.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_owners_of_the_limits_have_the_same_defaults()
    {
        var (hub, engine) = (new HubOptions(), new Engine.EngineOptions());
        var ours = new HalleyOptions();
        Assert.Equal(hub.MaxChannels, ours.Front.MaxChannels);
        Assert.Equal(hub.MaxChannelBytes, ours.Front.MaxChannelMemory);
        Assert.Equal(hub.MaxSubscribersPerChannel, ours.Front.MaxSubscribersPerChannel);
        Assert.Equal(hub.HistorySize, ours.Front.ChannelBufferSize);
        Assert.Equal(hub.IdleTimeout.TotalSeconds, ours.Front.ChannelTimeout);
        Assert.Equal(engine.ListenBacklog, ours.Engine.ListenBacklog);
        Assert.Equal(engine.RequestTimeout.TotalSeconds, ours.Engine.RequestTimeout);
        Assert.Equal(engine.KeepAliveTimeout.TotalSeconds, ours.Engine.KeepAliveTimeout);
        Assert.Equal(engine.MinSendRate, ours.Engine.MinSendRate);
        Assert.Equal(engine.MaxUnfinishedBytes, ours.Engine.MaxUnfinishedBytes);
        Assert.Equal(engine.MaxQueuedBytes, ours.Engine.MaxQueuedBytes);
        Assert.Equal(engine.MaxUnsharedBytes, ours.Engine.MaxUnsharedBytes);
        Assert.Equal(engine.SendBufferBytes, ours.Engine.SendBufferBytes);
        Assert.Equal(engine.IoUring.ToString(), ours.Engine.IoUring, ignoreCase: true);
    }

    private static IEnumerable<KeyValuePair<string, string>> Walk(object section, string prefix)
    {
        foreach (var property in section.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<ConfigurationKeyNameAttribute>() is not { } attribute)
            {
                continue;
            }

            var (key, value) = (prefix + attribute.Name, property.GetValue(section)!);
            if (value is bool isOn)
            {
                yield return new(key, isOn ? "true" : "false");
            }
            else if (value is string or IFormattable)
            {
                yield return new(key, Convert.ToString(value, CultureInfo.InvariantCulture)!);
            }
            else if (value is ICollection list)
            {
                Assert.Empty(list);
                yield return new(key, "");
            }
            else
            {
                foreach (var option in Walk(value, key + "."))
                {
                    yield return option;
                }
            }
        }
    }
}
