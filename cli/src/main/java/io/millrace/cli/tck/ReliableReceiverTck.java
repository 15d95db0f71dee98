// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.testkit.bench.ReceiverBench;
import io.millrace.testkit.bench.ReceiverBench.FedSource;
import io.millrace.testkit.receiver.ReliableReceiverConformance;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite of receivers that lose nothing, on instances that the host made, from what a bench feeds. */
@ExtendWith(SubjectResolver.class)
class ReliableReceiverTck extends ReliableReceiverConformance {
    private final ReceiverProvider provider;
    private final FedSource source;

    ReliableReceiverTck(Subject subject) throws Exception {
        this.provider = subject.trial().receiver(subject.found());
        this.source = subject.bench(ReceiverBench.class).open(subject.given());
    }

    @Override
    protected ReceiverProvider provider() {
        return provider;
    }

    @Override
    protected Map<String, String> settings() throws Exception {
        return source.settings();
    }

    @Override
    protected void send(List<String> values) throws Exception {
        source.send(values);
    }

    @Override
    protected Set<String> acknowledged() throws Exception {
        return source.acknowledged();
    }

    @Override
    protected boolean isTold() {
        return source.isTold();
    }

    @Override
    protected boolean tellsIdle() {
        return source.tellsIdle();
    }

    @AfterEach
    @Override
    public void stopReceivers() {
        super.stopReceivers();
        BenchCatalog.close(source);
    }
}
