using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>By which certificates a listener speaks TLS.</summary>
internal sealed class ListenerTls
{
    /// <summary>
    /// Files with a certificate and those between it and its root, in PEM; absolute once loaded. The first one is
    /// shown to clients that name no host, or an unknown one. Default: none, and so no TLS.
    /// </summary>
    [ConfigurationKeyName("certificates")]
    public List<string> Certificates { get; set; } = [];

    /// <summary>Files with their keys, in the same order. Default: in the certificates' own files.</summary>
    [ConfigurationKeyName("keys")]
    public List<string> Keys { get; set; } = [];

    /// <summary>The address at which HTTP is answered with the address of this listener; empty for none.</summary>
    [ConfigurationKeyName("redirect_from")]
    public string RedirectFrom { get; set; } = "";

    public bool IsUsed => Certificates.Count > 0;

    /// <summary>Each certificate's file, and its key's.</summary>
    public IEnumerable<(string Certificate, string Key)> Files() =>
        Certificates.Zip(Keys.Count == 0 ? Certificates : Keys);

    /// <param name="origin">Where it stands, for messages.</param>
    /// <param name="listen">Where its listener listens.</param>
    /// <exception cref="ConfigurationException">It says nothing that could be done.</exception>
    public void Require(string origin, string listen)
    {
        if (Keys.Count > 0 && Keys.Count != Certificates.Count)
        {
            throw new ConfigurationException(
                $"{origin}: certificates are {Certificates.Count} and keys are {Keys.Count}; each certificate wants "
                    + "its key, in the same order, or all keys stand in the certificates' own files");
        }

        if (!IsUsed && RedirectFrom.Length > 0)
        {
            throw new ConfigurationException(
                $"{origin}: redirect_from is {RedirectFrom}, and there are no certificates that it could lead to");
        }

        if (IsUsed && !ListenAddress.TryParse(listen, out _))
        {
            throw new ConfigurationException(
                $"{origin}: TLS wants listen to be ADDRESS:PORT, where it is {listen}; leave certificates out");
        }
    }

    /// <summary>Whether both name the same files and the same place.</summary>
    public bool IsSameAs(ListenerTls other) =>
        Files().SequenceEqual(other.Files()) && RedirectFrom == other.RedirectFrom;

    public void MakeAbsolute(string directory)
    {
        Certificates = [.. Certificates.Select(path => Path.GetFullPath(path, directory))];
        Keys = [.. Keys.Select(path => Path.GetFullPath(path, directory))];
    }
}
