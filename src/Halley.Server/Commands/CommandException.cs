namespace Halley.Server.Commands;

/// <summary>A command cannot do what was asked; the message says why and what to do, in one line.</summary>
internal sealed class CommandException(string message) : Exception(message);
