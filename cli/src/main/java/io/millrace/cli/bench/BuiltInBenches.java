// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.bench;

import io.millrace.testkit.bench.TestBench;
import java.util.List;

/** Every bench of a plugin of our own. */
public final class BuiltInBenches {
    private BuiltInBenches() {}

    /** The benches. */
    public static List<TestBench> all() {
        return List.of(
                new RateBench(),
                new FilesBench(),
                new SocketBench(),
                new TextFilesBench(),
                new KafkaReliableBench(),
                new KafkaDirectBench(),
                new KafkaSinkBench());
    }
}
