// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Pair;
import io.millrace.api.function.TimestampFunction;
import io.millrace.core.clock.Times;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notes how far event time has come in each partition of the source, before pairs go to the partitions of their keys. */
public final class EventTimes extends FunctionOperator {
    private final String state;
    private final TimestampFunction<Object> timestamps;
    private final long latestRight;
    private final Operator next;
    private final Map<String, Long> latest = new HashMap<>();
    private @Nullable String partition;
    private long latestHere;
    private long ahead;

    /**
     * The operator.
     *
     * @param state whose windows they are
     * @param latestRight what is later has a wrong time, and does not count
     */
    public EventTimes(String state, TimestampFunction<Object> timestamps, long latestRight, Operator next) {
        this.state = state;
        this.timestamps = timestamps;
        this.latestRight = latestRight;
        this.next = next;
    }

    /** Whose windows they are. */
    public String state() {
        return state;
    }

    @Override
    public void push(Object element) throws Exception {
        Pair<?, ?> pair = (Pair<?, ?>) element;
        push(pair.key(), pair.value());
    }

    @Override
    public void push(Object key, Object value) throws Exception {
        long at;
        try {
            at = Times.millis(timestamps.apply(value));
        } catch (Throwable thrown) {
            failed(Pair.of(key, value), thrown);
            return;
        }
        if (at > latestRight) {
            ahead++;
        } else {
            note(at);
        }
        next.push(key, value);
    }

    private void note(long at) {
        Origin where = origin();
        String here = where == null ? "" : where.partition();
        if (!here.equals(partition)) {
            note();
            partition = here;
            latestHere = at;
        } else if (at > latestHere) {
            latestHere = at;
        }
    }

    private void note() {
        String before = partition;
        if (before != null) {
            Origin where = origin();
            String stream = where == null ? "" : where.stream();
            latest.merge(stream + '/' + before, latestHere, Math::max);
        }
    }

    /** The latest event time of each partition that had any. */
    public Map<String, Long> latest() {
        note();
        return latest;
    }

    /** How many were later than can be. */
    public long ahead() {
        return ahead;
    }
}
