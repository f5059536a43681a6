namespace Halley.Server.Configuration;

/// <summary>
/// What the operator wrote cannot be used; the message says where, which key, what is wrong and what would be right, in
/// one line.
/// </summary>
internal sealed class ConfigurationException(string message) : Exception(message);
