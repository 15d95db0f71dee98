// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.codec.Codecs;
import io.millrace.api.source.RecordView;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.testkit.receiver.DirectSourceConformance;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

class QueueConformanceTest extends DirectSourceConformance {
    private final QueueInput<Long> queue = QueueInput.draining("queue", Codecs.LONG);

    @Override
    protected DirectSourceProvider provider() {
        return (DirectSourceProvider) Objects.requireNonNull(queue.source().implementation());
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of();
    }

    @Override
    protected void produce(int from, int until) {
        queue.add(LongStream.range(from, until).boxed().toList());
    }

    @Override
    protected long number(RecordView view) {
        return RateInput.number(view);
    }

    /** A batch of a queue is what was added together. */
    @Override
    protected boolean dividesAnywhere() {
        return false;
    }
}
