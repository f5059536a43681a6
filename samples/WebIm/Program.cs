using WebIm;

// A web messenger with Halley beside it. README.md walks through it.
var app = Messenger.Build(args);
app.Run();
