// SPDX-License-Identifier: Apache-2.0
package io.millrace.examples.inputs;

import io.millrace.api.Pair;
import io.millrace.api.codec.Codecs;
import io.millrace.testkit.stream.StreamHarness;
import io.millrace.testkit.stream.StreamTest;
import java.util.List;

/** How a program's own tests look: given batches in, batches out, in each mode of restarts. */
class ExamplesTest {
    @StreamTest
    void wordsAreCountedOverBatches(StreamHarness harness) {
        harness.program("counts", in -> SocketWords.count(in.input("lines", Codecs.STRING)))
                .batches("lines", List.of("to be or", "not to be"), List.of(), List.of("be"))
                .run()
                .assertOutput("counts")
                .batches(
                        List.of(Pair.of("to", 2L), Pair.of("be", 2L), Pair.of("or", 1L), Pair.of("not", 1L)),
                        List.of(),
                        List.of(Pair.of("be", 3L)));
    }

    @StreamTest
    void numbersAreAddedUpByTheirLastDigit(StreamHarness harness) {
        harness.program("sums", in -> RateSums.sums(in.input("numbers", Codecs.LONG)))
                .batches("numbers", List.of(1L, 11L, 2L), List.of(21L))
                .run()
                .assertOutput("sums")
                .batches(List.of(Pair.of(1L, 12L), Pair.of(2L, 2L)), List.of(Pair.of(1L, 21L)));
    }

    @StreamTest
    void ordersAreJoinedWithTheirPrices(StreamHarness harness) {
        harness.program(
                        "revenue",
                        in -> QueuedOrders.revenue(
                                in.input("orders", Codecs.STRING),
                                in.input("prices", Codecs.pair(Codecs.STRING, Codecs.LONG))))
                .batches("orders", List.of("tea", "coffee", "tea"), List.of("water"))
                .batches("prices", List.of(Pair.of("tea", 3L), Pair.of("coffee", 5L)), List.of(Pair.of("tea", 3L)))
                .run()
                .assertOutput("revenue")
                .batches(List.of(Pair.of("tea", 6L), Pair.of("coffee", 5L)), List.of());
    }
}
