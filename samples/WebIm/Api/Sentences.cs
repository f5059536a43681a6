namespace WebIm.Api;

/// <summary>Whatever goes wrong is answered with a status and { "error": a sentence for a person }.</summary>
public sealed class Sentences(RequestDelegate next, ILogger<Sentences> logger)
{
    private const string TooLong = "That is far too long.";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status413PayloadTooLarge, HasStarted: false })
            {
                // The framework says nothing itself.
                await Write(context, StatusCodes.Status413PayloadTooLarge, TooLong);
            }
        }
        catch (Refusal refusal)
        {
            await Write(context, refusal.Status, refusal.Message);
        }
        catch (BadHttpRequestException e)
        {
            await Write(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLong
                : "The request is not understood: something is missing in it, or is not of the kind it should be.");
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            logger.RequestFailed(e, context.Request.Method, context.Request.Path);
            await Write(
                context,
                StatusCodes.Status500InternalServerError,
                "Something went wrong on the server. Try again; what happened is in its log.");
        }
    }

    public static Task Write(HttpContext context, int status, string sentence)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = sentence });
    }
}
