// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.operators;

import io.millrace.api.DStream;
import io.millrace.api.PairDStream;
import java.util.ArrayList;
import java.util.List;

/** Operators that need nothing but the batch: the lines of an access log, such as {@code GET /cart 215}. */
public final class Requests {
    private Requests() {}

    /** A line, taken apart. */
    public record Request(String method, String path, int millis) {
        static List<Request> parse(String line) {
            String[] words = line.split(" ");
            return words.length == 3
                    ? List.of(new Request(words[0], words[1], Integer.parseInt(words[2])))
                    : List.of(); // not one of ours
        }
    }

    /** What took longer than half a second. */
    public static DStream<String> slow(DStream<String> lines) {
        return lines.flatMap(Request::parse)
                .filter(request -> request.millis() > 500)
                .map(request -> request.path() + " took " + request.millis() + " ms");
    }

    /** The longest time of each batch that has any. */
    public static DStream<Integer> longest(DStream<String> lines) {
        return lines.flatMap(Request::parse).map(Request::millis).reduce(Math::max);
    }

    /** How many requests of each method there are. */
    public static PairDStream<String, Long> methods(DStream<String> lines) {
        return lines.flatMap(Request::parse).map(Request::method).countByValue();
    }

    /** One line for each batch, with its time, of two streams. */
    public static DStream<String> report(DStream<String> web, DStream<String> mobile) {
        return web.transformWith(mobile, (time, first, second) -> {
            List<String> report = new ArrayList<>();
            report.add(time + ": " + first.count() + " from the web, " + second.count() + " from phones");
            return report;
        });
    }
}
