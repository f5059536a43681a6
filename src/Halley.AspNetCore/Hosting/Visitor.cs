using Halley.Protocol.Clients;

namespace Halley.AspNetCore.Hosting;

/// <summary>The sender of a request, as the application knows it.</summary>
/// <param name="User">Empty for nobody in particular.</param>
/// <param name="Rules">What the application says of it; null where it says nothing.</param>
internal sealed record Visitor(ClientRegistry Clients, string User, ApplicationRules? Rules)
{
    /// <summary>The client that it is on a dispatcher; null for nobody in particular.</summary>
    public AdmittedClient? ClientOn(IDispatcher dispatcher) =>
        User.Length == 0 ? null : new AdmittedClient(Clients, dispatcher, claims: null, User);
}
