// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.StatefulDStream;
import io.millrace.api.codec.Codecs;
import java.time.Duration;
import java.util.Optional;

/** State: what is known of each visitor, over all batches. */
public final class Visits {
    private Visits() {}

    /** How often each visitor came, ever; only those who came in the batch are seen. */
    public static PairDStream<String, Long> total(PairDStream<String, Long> visits) {
        return visits.runningReduce("visits", Codecs.STRING, Codecs.LONG, Long::sum);
    }

    /** How many batches in a row each visitor came in; a visitor that stays away once is forgotten. */
    public static PairDStream<String, Integer> streaks(PairDStream<String, Long> visits) {
        StateSpec<String, Integer> streaks = StateSpec.named("streaks", Codecs.STRING, Codecs.INT);
        return visits.updateStateByKey(
                streaks, (values, streak) -> values.isEmpty() ? Optional.empty() : Optional.of(streak.orElse(0) + 1));
    }

    /** Says hello to whom was not seen for half a minute, and farewell after that time. */
    public static StatefulDStream<String, Long, String> greetings(PairDStream<String, Long> visits) {
        StateSpec<String, Long> known =
                StateSpec.named("known", Codecs.STRING, Codecs.LONG).timeout(Duration.ofSeconds(30));
        return visits.mapWithState(known, (time, visitor, visit, state) -> {
            if (state.isTimingOut()) {
                return Optional.of("farewell " + visitor + " after " + state.get());
            }
            boolean first = !state.exists();
            state.update(state.find().orElse(0L) + visit.orElse(0L));
            return first ? Optional.of("hello " + visitor) : Optional.empty();
        });
    }
}
