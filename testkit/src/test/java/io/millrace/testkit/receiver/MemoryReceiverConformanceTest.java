// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import io.millrace.spi.receiver.ReceiverProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The receiver that has no flaw; those of the zoo extend it. */
class MemoryReceiverConformanceTest extends ReliableReceiverConformance {
    private final MemorySource source = new MemorySource();

    Flaw flaw() {
        return Flaw.NONE;
    }

    @Override
    protected ReceiverProvider provider() {
        return new MemoryProvider(source, flaw());
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of();
    }

    @Override
    protected void send(List<String> values) {
        source.send(values);
    }

    @Override
    protected Set<String> acknowledged() {
        return source.acknowledged();
    }

    @Override
    protected boolean tellsIdle() {
        return true;
    }
}
