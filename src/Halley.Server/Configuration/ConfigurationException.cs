namespace Halley.Server.Configuration;

/// <summary>
/// An error in what the operator wrote; the message says where, which key, what is wrong and what would be right, in
/// one line.
/// </summary>
internal sealed class ConfigurationException(string message) : Exception(message);
