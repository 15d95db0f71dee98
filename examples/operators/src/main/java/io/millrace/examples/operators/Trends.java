// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.DStream;
import io.millrace.api.PairDStream;
import io.millrace.api.StateSpec;
import io.millrace.api.Window;
import io.millrace.api.codec.Codecs;
import java.time.Duration;

/** Windows: what was looked for lately. */
public final class Trends {
    private Trends() {}

    /** How often each word came in the last ten seconds, every two seconds. */
    public static PairDStream<String, Long> words(DStream<String> words) {
        Window window = Window.of(Duration.ofSeconds(10), Duration.ofSeconds(2));
        return words.countByValueAndWindow("words-10s", Codecs.STRING, window);
    }

    /** What each customer spent in the last minute, with a cost that does not depend on how long a minute is. */
    public static PairDStream<String, Long> spent(PairDStream<String, Long> orders) {
        return orders.reduceByKeyAndWindow(
                StateSpec.named("spent-1min", Codecs.STRING, Codecs.LONG),
                Window.of(Duration.ofMinutes(1)),
                Long::sum,
                (total, leaving) -> total - leaving,
                pair -> pair.value() != 0);
    }

    /** The words of every five seconds, each in one window. */
    public static DStream<String> collected(DStream<String> words) {
        return words.window("words-5s", Codecs.STRING, Window.tumbling(Duration.ofSeconds(5)));
    }
}
