// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.receiver;

import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import io.millrace.spi.direct.DirectSourceProvider;
import io.millrace.testkit.receiver.MemoryTable.DirectFlaw;
import java.util.Map;

/** The direct source that has no flaw; those of the zoo extend it. */
class MemoryTableConformanceTest extends DirectSourceConformance {
    private final MemoryTable table = new MemoryTable(flaw());

    DirectFlaw flaw() {
        return DirectFlaw.NONE;
    }

    @Override
    protected DirectSourceProvider provider() {
        return table;
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of();
    }

    @Override
    protected void produce(int from, int until) {
        for (int number = from; number < until; number++) {
            table.add(number);
        }
    }

    @Override
    protected boolean forgets() {
        return true;
    }

    @Override
    protected void forget() {
        table.forget();
    }

    @Override
    protected OffsetRange missing(OffsetRange last) {
        long end = last.until().number();
        return new OffsetRange(last.partition(), Position.of(end), Position.of(end + 10), 10);
    }
}
