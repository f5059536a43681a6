namespace Halley.Client;

/// <summary>The error with which one of several publications was refused.</summary>
/// <param name="Code">What programs compare: one of <see cref="HalleyErrorCode"/>.</param>
/// <param name="Message">A sentence for people.</param>
public sealed record HalleyError(string Code, string Message);
