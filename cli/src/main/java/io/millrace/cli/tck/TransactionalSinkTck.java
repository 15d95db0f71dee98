// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.testkit.bench.SinkBench;
import io.millrace.testkit.bench.SinkBench.Target;
import io.millrace.testkit.sink.SinkContext;
import io.millrace.testkit.sink.TransactionalSinkConformance;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite of sinks with a transaction of their own, on instances that the host made, at a target that a bench sees. */
@ExtendWith(SubjectResolver.class)
class TransactionalSinkTck extends TransactionalSinkConformance {
    private final SinkProvider provider;
    private final Target target;

    TransactionalSinkTck(Subject subject) throws Exception {
        this.provider = subject.trial().sink(subject.found());
        this.target = subject.bench(SinkBench.class).open(subject.given());
    }

    @Override
    protected Sink.Transactional open(String output) throws Exception {
        return (Sink.Transactional) provider.open(SinkContext.of(provider, output, target.settings(output)));
    }

    @Override
    protected Object element(int number) {
        return target.element(number);
    }

    @Override
    protected List<Integer> visible() throws Exception {
        return target.visible();
    }

    @AfterEach
    @Override
    public void closeSinks() {
        super.closeSinks();
        BenchCatalog.close(target);
    }
}
