// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.api.StreamClock;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.RecordView;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.testkit.bench.DirectBench;
import io.millrace.testkit.bench.DirectBench.FilledSource;
import io.millrace.testkit.receiver.DirectSourceConformance;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite of direct sources, on instances that the host made, over what a bench fills. */
@ExtendWith(SubjectResolver.class)
class DirectSourceTck extends DirectSourceConformance {
    private final DirectSourceProvider provider;
    private final FilledSource source;

    DirectSourceTck(Subject subject) throws Exception {
        this.provider = subject.trial().directSource(subject.found());
        this.source = subject.bench(DirectBench.class).open(subject.given());
    }

    @Override
    protected DirectSourceProvider provider() {
        return provider;
    }

    @Override
    protected Map<String, String> settings() throws Exception {
        return source.settings();
    }

    @Override
    protected void produce(int from, int until) throws Exception {
        source.produce(from, until);
    }

    @Override
    protected long number(RecordView view) {
        return source.number(view);
    }

    @Override
    protected StreamClock clock() {
        return source.clock().orElseGet(super::clock);
    }

    @Override
    protected boolean dividesAnywhere() {
        return source.dividesAnywhere();
    }

    @Override
    protected boolean forgets() {
        return source.forgets();
    }

    @Override
    protected void forget() throws Exception {
        source.forget();
    }

    @Override
    protected OffsetRange missing(OffsetRange last) {
        return source.missing(last).orElseGet(() -> super.missing(last));
    }

    @AfterEach
    @Override
    public void closeSources() {
        super.closeSources();
        BenchCatalog.close(source);
    }
}
