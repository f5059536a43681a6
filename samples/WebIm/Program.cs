using WebIm;

// A web messenger with Halley beside it. README.md walks through it.
try
{
    Messenger.Build(args).Run();
    return 0;
}
catch (Exception e) when (e is IOException or InvalidOperationException)
{
    // A port that is taken, an option that is none, no Halley to start: the last line says it.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
