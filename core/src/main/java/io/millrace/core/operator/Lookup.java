// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.operator;

import io.millrace.api.Pair;
import io.millrace.api.function.LookupFunction;
import io.millrace.api.source.RecordView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code lookup}: pairs wait until there are enough for a question to the table. */
public final class Lookup extends FunctionOperator {
    private final int most;
    private final LookupFunction<Object, Object> table;
    private final Operator next;
    private final List<Pair<Object, Object>> waiting = new ArrayList<>();

    /**
     * The operator.
     *
     * @param most how many pairs wait at most
     */
    public Lookup(int most, LookupFunction<Object, Object> table, Operator next) {
        this.most = most;
        this.table = table;
        this.next = next;
    }

    @Override
    public void push(Object element) throws Exception {
        Pair<?, ?> pair = (Pair<?, ?>) element;
        push(pair.key(), pair.value());
    }

    @Override
    public void push(Object key, Object value) throws Exception {
        if (key == null) {
            refuse(Pair.of(key, value), "the key");
            return;
        }
        waiting.add(Pair.of(key, value));
        if (waiting.size() >= most) {
            ask();
        }
    }

    @Override
    public void end() throws Exception {
        if (!waiting.isEmpty()) {
            ask();
        }
    }

    private void ask() throws Exception {
        Set<Object> keys = new LinkedHashSet<>();
        for (Pair<Object, Object> pair : waiting) {
            try {
                keys.add(pair.key());
            } catch (Throwable thrown) {
                throw failure(pair, thrown);
            }
        }
        Map<Object, Object> found;
        try {
            found = table.apply(keys);
            if (found == null) {
                throw returnedNull("return an empty map where nothing is found");
            }
        } catch (Throwable thrown) {
            throw failure(keys, thrown);
        }
        RecordView reading = leave();
        for (Pair<Object, Object> pair : waiting) {
            Optional<Object> value;
            try {
                value = Optional.ofNullable(found.get(pair.key()));
            } catch (Throwable thrown) {
                throw failure(pair, thrown);
            }
            next.push(pair.key(), Pair.of(pair.value(), value));
        }
        back(reading);
        waiting.clear();
    }
}
