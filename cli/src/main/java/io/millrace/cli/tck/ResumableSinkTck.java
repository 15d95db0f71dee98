// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.spi.sink.Sink;
import io.millrace.spi.sink.SinkProvider;
import io.millrace.testkit.bench.SinkBench;
import io.millrace.testkit.bench.SinkBench.Target;
import io.millrace.testkit.sink.ResumableSinkConformance;
import io.millrace.testkit.sink.SinkContext;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite of sinks that prepare and finish, on instances that the host made, at a target that a bench sees. */
@ExtendWith(SubjectResolver.class)
class ResumableSinkTck extends ResumableSinkConformance {
    private final SinkProvider provider;
    private final Target target;

    ResumableSinkTck(Subject subject) throws Exception {
        this.provider = subject.trial().sink(subject.found());
        this.target = subject.bench(SinkBench.class).open(subject.given());
    }

    @Override
    protected Sink.Resumable open(String output) throws Exception {
        return (Sink.Resumable) provider.open(SinkContext.of(provider, output, target.settings(output)));
    }

    @Override
    protected Object element(int number) {
        return target.element(number);
    }

    @Override
    protected List<Integer> visible() throws Exception {
        return target.visible();
    }

    @Override
    protected int leftovers() throws Exception {
        return target.leftovers();
    }

    @AfterEach
    @Override
    public void closeSinks() {
        super.closeSinks();
        BenchCatalog.close(target);
    }
}
