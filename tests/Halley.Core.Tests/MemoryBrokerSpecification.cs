using Halley.Specifications;
using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>The broker in memory keeps what every broker promises.</summary>
public sealed class MemoryBrokerSpecification : BrokerSpecification
{
    protected override SharedChannels Channels { get; } = new OneProcess();

    private sealed class OneProcess : SharedChannels
    {
        private readonly ManualTime _time = new();
        private readonly ManualDispatcher _dispatcher = new();
        private readonly Hub _hub;

        public OneProcess() => _hub = new Hub(Limits, _time);

        public override Hub HubOf(int process) => _hub;

        public override ManualDispatcher DispatcherOf(int process) => _dispatcher;

        public override Task Until(Func<bool> condition, string what)
        {
            _dispatcher.RunAll();
            Assert.True(condition(), what);
            return Task.CompletedTask;
        }

        public override Task Settle()
        {
            _dispatcher.RunAll();
            return Task.CompletedTask;
        }

        public override Task Pass(int seconds)
        {
            _time.AdvanceSeconds(seconds);
            return Settle();
        }

        public override void Dispose() => _hub.Dispose();
    }
}
