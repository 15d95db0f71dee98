// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.state;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the entries of a state mean. Operators of one kind can go on from each other's; those of another kind would take
 * something for what it is not, and with the same codecs would not even notice.
 */
enum StateKind {
    /** What each key has now. */
    VALUES,
    /** What each key has now, with a time. */
    TIMED_VALUES,
    /** For each key the windows over event time that are not over. */
    EVENT_TIME,
    /** The elements of each batch. */
    ELEMENTS,
    /** What each key got in each batch, and perhaps in all of a window. */
    PANES;

    private static final Map<String, StateKind> OPERATORS = Map.ofEntries(
            Map.entry(RunningReduceState.OPERATOR, VALUES),
            Map.entry(UpdateState.OPERATOR, VALUES),
            Map.entry(MapState.OPERATOR, TIMED_VALUES),
            Map.entry(EventTimeState.OPERATOR, EVENT_TIME),
            Map.entry(WindowState.OPERATOR, ELEMENTS),
            Map.entry("reduceByKeyAndWindow", PANES),
            Map.entry("groupByKeyAndWindow", PANES),
            Map.entry("countByValueAndWindow", PANES),
            Map.entry("reduceByWindow", PANES),
            Map.entry("countByWindow", PANES),
            Map.entry("ratePerKey", PANES));

    /** What an operator keeps; null if this version has no such operator. */
    static @Nullable StateKind of(String operator) {
        return OPERATORS.get(operator);
    }

    /** What a chunk of before kinds were recorded must be of, by its codecs and time; null if that does not say. */
    static @Nullable StateKind of(StateFormat.Stored chunk) {
        if (chunk.keyCodec().equals(WindowState.KEY_CODEC)) {
            return ELEMENTS;
        } else if (chunk.valueCodec().startsWith(Held.CODEC + "(")) {
            return TIMED_VALUES;
        } else if (chunk.valueCodec().startsWith(Span.CODEC + "(")) {
            return EVENT_TIME;
        }
        return chunk.time() == KeyWindowState.TOTALS ? PANES : null;
    }

    /** The operators that keep this, for people. */
    String operators() {
        return switch (this) {
            case VALUES -> RunningReduceState.OPERATOR + " or " + UpdateState.OPERATOR;
            case TIMED_VALUES -> MapState.OPERATOR;
            case EVENT_TIME -> EventTimeState.OPERATOR;
            case ELEMENTS -> WindowState.OPERATOR;
            case PANES -> "reduceByKeyAndWindow or the like";
        };
    }
}
