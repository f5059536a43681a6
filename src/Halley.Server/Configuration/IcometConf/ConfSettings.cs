namespace Halley.Server.Configuration.IcometConf;

/// <summary>
/// The settings of an icomet.conf, read as leniently as the original reads it, with a warning wherever the original
/// would have been silent: a configuration that ran there runs here, and its mistakes come to light.
/// </summary>
internal sealed class ConfSettings
{
    private readonly string _name;
    private readonly List<Setting> _settings = [];
    private readonly List<ConfWarning> _warnings = [];

    private ConfSettings(string name) => _name = name;

    public IReadOnlyList<Setting> Settings => _settings;

    public IReadOnlyList<ConfWarning> Warnings => _warnings;

    /// <param name="name">The file, as messages name it.</param>
    /// <exception cref="ConfigurationException">What the original refuses too, or a number without a digit.</exception>
    public static ConfSettings Read(ReadOnlySpan<byte> utf8, string name)
    {
        var conf = new ConfSettings(name);
        conf.ReadSection(ConfParser.Parse(utf8, name), "");
        conf.SettleTimeouts();
        conf.SettleLimits();
        conf.SettleWhatItHadNot();
        return conf;
    }

    private void ReadSection(ConfNode section, string prefix)
    {
        foreach (var same in section.Children.GroupBy(node => node.Name))
        {
            var name = prefix + same.Key;
            if (SettingKeys.Find(name) is { } key)
            {
                foreach (var node in key.IsList ? [.. same] : Last(same, name))
                {
                    ReadValue(key, node);
                    ReadSection(node, name + ".");
                }
            }
            else if (SettingKeys.IsSection(name))
            {
                ReadSection(Last(same, name)[0], name + ".");
            }
            else if (SettingKeys.IsFormer(name))
            {
                throw new ConfigurationException(
                    $"{Origin(same.First())}: {SettingKeys.Unknown(name, spelling => spelling)}");
            }
            else
            {
                // What lies below an unknown key is as unknown; one warning says enough.
                Warn(name, same.First(), $"{SettingKeys.Unknown(name, spelling => spelling)} (the line is ignored)");
            }
        }
    }

    /// <summary>The last of equals wins, a section with all its lines; those it hides are named.</summary>
    private ConfNode[] Last(IEnumerable<ConfNode> same, string name)
    {
        var nodes = same.ToArray();
        foreach (var hidden in nodes[..^1])
        {
            Warn(
                name,
                hidden,
                $"{name} stands again at line {nodes[^1].Line}, which hides this one whole; leave one of the two");
        }

        return [nodes[^1]];
    }

    private void ReadValue(SettingKey key, ConfNode node)
    {
        var value = node.Value;
        if (key.Range is not null && value.Length == 0)
        {
            Warn(key.Name, node, $"{key.Name} is empty, which counts as missing; it wants {key.Wants}");
            return;
        }

        if (key.Range is { } range)
        {
            value = ConfNumber.Read(key, range, node, Origin(node), text => Warn(key.Name, node, text));
        }
        else if (!key.Accepts(value))
        {
            value = ReplaceUnknown(key, node);
        }
        else if (key.IsAddresses && ConfAddress.WhatIsOtherwise(value) is { } otherwise)
        {
            Warn(key.Name, node, $"{key.Name} \"{value}\" {otherwise}");
        }

        _settings.Add(new Setting(key.Name, value, Origin(node)));
    }

    /// <summary>Replaces words that the original does not know by what it made of them.</summary>
    private string ReplaceUnknown(SettingKey key, ConfNode node)
    {
        var (taken, meaning) = key.Name switch
        {
            "front.auth" => ("none", "is taken for none: subscribers need no token"),
            "logger.level" => ("debug", "is taken for debug"),
            "admin.allow" or "admin.deny" when node.Value.Length == 0 => ("", "is empty, which names every address"),
            "admin.allow" or "admin.deny" => (node.Value, "names nobody"),
            _ => throw new ConfigurationException(
                $"{Origin(node)}: {key.Name} is \"{node.Value}\"; it wants {key.Wants}"),
        };
        Warn(key.Name, node, $"{key.Name} \"{node.Value}\" {meaning}; it wants {key.Wants}");
        return taken;
    }

    private void SettleTimeouts()
    {
        if (Number("front.polling_timeout") is not { } polling)
        {
            throw new ConfigurationException(
                $"{_name}: front.polling_timeout is missing; it wants a number of seconds such as 30");
        }

        if (polling <= 0)
        {
            throw new ConfigurationException(
                $"{OriginOf("front.polling_timeout")}: front.polling_timeout is {polling}; it wants a number of "
                    + "seconds above 0, such as 30");
        }

        // 0 from half of 1 would forget a channel while its poll is on the way; the least there is, is 1.
        if (Number("front.channel_timeout") is not > 0)
        {
            Settle(
                "front.channel_timeout",
                Math.Max(1, polling / 2),
                "so a channel is kept for half of polling_timeout, in seconds; write front.channel_timeout: 30, "
                    + "or what you mean");
        }
    }

    private void SettleLimits()
    {
        foreach (var key in (string[])["front.max_channels", "front.max_subscribers_per_channel"])
        {
            if (Number(key) is not > 0)
            {
                Settle(key, 0, "so NOBODY GETS IN, as with iComet; write how many there may be at most");
            }
        }

        if (Number("front.channel_buffer_size") is not >= 0)
        {
            Settle(
                "front.channel_buffer_size",
                0,
                "so no message is kept for those who come later; write 10, as iComet ships it, or 0 if you mean it");
        }
    }

    // The original did not ask for a Host, nor whose page asks, and ended at once.
    private void SettleWhatItHadNot()
    {
        foreach (var (key, value) in ((string, string)[])
            [
                ("admin.require_host", "false"), ("front.require_host", "false"), ("front.allowed_origins", "*"),
                ("drain.within", "0"),
            ])
        {
            if (!_settings.Exists(setting => setting.Key == key))
            {
                _settings.Add(new Setting(key, value, _name));
            }
        }
    }

    /// <summary>Sets a key that is missing, or below what makes sense, to what the original makes of that.</summary>
    private void Settle(string key, long value, string meaning)
    {
        var written = Number(key);
        _warnings.Add(new ConfWarning(
            key,
            $"{OriginOf(key)}: {key} is {(written is null ? "missing" : $"{written}")} and taken for {value}, "
                + $"{meaning}"));
        _settings.Add(new Setting(key, $"{value}", OriginOf(key)));
    }

    private long? Number(string key) =>
        _settings.FindLast(setting => setting.Key == key).Value is { } value
            ? long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private string OriginOf(string key) => _settings.FindLast(setting => setting.Key == key).Origin ?? _name;

    private void Warn(string key, ConfNode node, string text) =>
        _warnings.Add(new ConfWarning(key, $"{Origin(node)}: {text}"));

    private string Origin(ConfNode node) => $"{_name}:{node.Line}";
}
