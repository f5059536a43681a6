namespace Halley.Protocol.Clients;

/// <summary>The options of a place where clients subscribe or publish, which hold the decision on who may.</summary>
public interface IGuarded
{
    /// <summary>The decision. Its host sets it before the first request.</summary>
    Admission Admission { get; set; }
}
