using System.Security.Claims;
using System.Text;
using Halley.Protocol;
using Halley.Protocol.Clients;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// The policies of the application for one client, for as long as its answer is held: a session asks about channels
/// as it goes. Each question is asked on the thread pool, with the user of the request, in a scope of its own, as
/// several may be asked at a time.
/// </summary>
/// <param name="publishes">Whether the client may publish where no policy says who may.</param>
internal sealed class ApplicationRules(HttpContext context, HalleyOptions options, bool publishes, ILogger logger)
    : IClientRules
{
    private readonly IServiceScopeFactory _scopes = context.RequestServices.GetRequiredService<IServiceScopeFactory>();
    private readonly ClaimsPrincipal _user = context.User;

    // For policies that look at the request, by IHttpContextAccessor.
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private bool _hasRefused;

    /// <inheritdoc/>
    public ValueTask<bool> May(ClientAction action, byte[] channel)
    {
        var isToPublish = action == ClientAction.Publish;
        if ((isToPublish ? options.PublishPolicy : options.ChannelPolicy) is not { } policy)
        {
            return new(!isToPublish || publishes);
        }

        var resource = new HalleyChannel(Encoding.UTF8.GetString(channel));
        if (_flow is null)
        {
            return new(JudgeLater());
        }

        var judged = Task.FromResult(false);
        ExecutionContext.Run(_flow, _ => judged = JudgeLater(), null);
        return new(judged);

        Task<bool> JudgeLater() => Task.Run(() => JudgeAsync(resource, policy));
    }

    /// <inheritdoc/>
    public void Refuse(IExchange exchange)
    {
        _hasRefused = true;
        ((HttpExchange)exchange).LeaveToApplication();
    }

    /// <summary>Answers a request that was refused: who is not known is asked to say who it is.</summary>
    public Task AnswerIfRefusedAsync(HttpContext context) =>
        !_hasRefused ? Task.CompletedTask
        : _user.Identity?.IsAuthenticated == true ? context.ForbidAsync()
        : context.ChallengeAsync();

    private async Task<bool> JudgeAsync(HalleyChannel channel, string policy)
    {
        try
        {
            var scope = _scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
                return (await authorization.AuthorizeAsync(_user, channel, policy).ConfigureAwait(false)).Succeeded;
            }
        }
        catch (Exception failure)
        {
            Log.PolicyFailed(logger, failure, policy);
            return false;
        }
    }
}
