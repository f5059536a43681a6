using Halley.Server.Webhooks;

namespace Halley.Server.Configuration;

/// <summary>Whether webhooks can be told what they want to hear.</summary>
internal static class WebhooksCheck
{
    private const WebhookEvents OfMembers = WebhookEvents.Joined | WebhookEvents.Left;

    /// <exception cref="ConfigurationException">They cannot.</exception>
    public static void Require(HalleyOptions options)
    {
        foreach (var webhook in options.GetWebhooks())
        {
            if ((webhook.Events & OfMembers) != 0 && !options.GetNamespaces().All.Any(one => one.TellsPresence))
            {
                throw new ConfigurationException(
                    $"{webhook.Origin}: member_joined and member_left want a namespace with join_leave, whose "
                        + "comings and goings they tell");
            }
        }
    }
}
