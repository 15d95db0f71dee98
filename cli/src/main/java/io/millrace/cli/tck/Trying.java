// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.api.MillraceException;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.receiver.ReceiverProvider.Guarantee;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.testkit.KitContext;
import io.millrace.testkit.bench.DirectBench;
import io.millrace.testkit.bench.ReceiverBench;
import io.millrace.testkit.bench.SinkBench;
import io.millrace.testkit.sink.SinkContext;

/**
 * Makes one instance and lets it go, so that what nothing can work with is said once and not by every test.
 */
@FunctionalInterface
interface Trying {
    /**
     * Tries.
     *
     * @return the class that has the tests for what was made; it gets its {@link Subject} from {@link SubjectResolver}
     * @throws MillraceException if nothing can be tried, in words that say what is missing
     */
    Class<?> out(Subject subject) throws Exception;

    /** Opens a log store at a place that was not used before. */
    static Class<?> store(Subject subject) {
        subject.tryOutStore();
        return WalStoreTck.class;
    }

    /** Checks the settings. */
    static Class<?> scheduler(Subject subject) {
        subject.settings();
        return SchedulerTck.class;
    }

    /** Makes a listener. */
    static Class<?> listener(Subject subject) {
        subject.settings();
        return ListenerTck.class;
    }

    /** Makes a source, and sees whether a receiver takes the settings that read it. */
    static Class<?> receiver(Subject subject) throws Exception {
        ReceiverProvider provider = subject.trial().receiver(subject.found());
        try (ReceiverBench.FedSource source = subject.bench(ReceiverBench.class).open(subject.given())) {
            KitContext.of(provider, "stream", provider.name(), source.settings())
                    .close();
        }
        return provider.guarantee() == Guarantee.NONE ? PushReceiverTck.class : ReliableReceiverTck.class;
    }

    /** Makes a source, and sees whether a direct source takes the settings that read it. */
    static Class<?> direct(Subject subject) throws Exception {
        DirectSourceProvider provider = subject.trial().directSource(subject.found());
        try (DirectBench.FilledSource source = subject.bench(DirectBench.class).open(subject.given())) {
            KitContext.of(provider, "stream", provider.name(), source.settings())
                    .close();
        }
        return DirectSourceTck.class;
    }

    /** Makes a target, and a sink that writes to it: its class decides. */
    static Class<?> sink(Subject subject) throws Exception {
        SinkProvider provider = subject.trial().sink(subject.found());
        try (SinkBench.Target target = subject.bench(SinkBench.class).open(subject.given());
                Sink sink = provider.open(SinkContext.of(provider, "tried", target.settings("tried")))) {
            return sink instanceof Sink.Transactional ? TransactionalSinkTck.class : ResumableSinkTck.class;
        }
    }
}
