namespace Halley.Sqlite;

/// <summary>The directory or the file cannot be used; the server does not start.</summary>
/// <param name="message">A sentence for the operator.</param>
public sealed class StorageException(string message, Exception? cause = null) : Exception(message, cause);
