using System.Text;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Centrifugo.Commands;

/// <summary>Verifies the token of a command, and says in the protocol's words what is wrong with it.</summary>
internal static class TokenCheck
{
    /// <param name="claims">Null where it is not right.</param>
    /// <param name="refused">What to answer where it is not, or that the command is postponed.</param>
    public static bool TryVerify(
        string token, Admission admission, IPostponable command, out TokenClaims? claims, out Outcome refused)
    {
        claims = null;
        if (!admission.TryVerify(Encoding.UTF8.GetBytes(token), command, out var verdict))
        {
            refused = Outcome.Postponed;
            return false;
        }

        claims = verdict?.Claims;
        Outcome refusal = verdict switch
        {
            null or { IsTemporary: true } => Errors.Internal,
            { IsExpired: true } => Errors.TokenExpired,
            _ => Disconnect.InvalidToken,
        };
        refused = refusal.Because(verdict?.Fault);
        return claims is not null;
    }
}
