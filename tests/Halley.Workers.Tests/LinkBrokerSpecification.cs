using Halley.Specifications;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>The brokers of two workers, over the main process's, keep what every broker promises.</summary>
public sealed class LinkBrokerSpecification : BrokerSpecification
{
    protected override SharedChannels Channels { get; } = new TwoWorkers();

    private sealed class TwoWorkers : SharedChannels
    {
        private readonly World _world = new(limits: Limits);

        public override Hub HubOf(int process) => _world.Workers[process].Hub;

        public override ManualDispatcher DispatcherOf(int process) => _world.Workers[process].Dispatcher;

        public override Task Until(Func<bool> condition, string what)
        {
            _world.Run();
            Assert.True(condition(), what);
            return Task.CompletedTask;
        }

        public override Task Settle()
        {
            _world.Run();
            return Task.CompletedTask;
        }

        public override Task Pass(int seconds)
        {
            _world.Pass(seconds);
            return Task.CompletedTask;
        }

        public override void Dispose() => _world.Dispose();
    }
}
