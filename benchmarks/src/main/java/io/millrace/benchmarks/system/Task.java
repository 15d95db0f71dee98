// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.system;

import io.millrace.benchmarks.workload.Workload;
import java.util.List;
import java.util.Locale;

/**
 * What a system is asked to do. It travels as system properties, since parsing a command line would count as start-up.
 *
 * @param bootstrapServers the broker
 * @param topic a topic that holds exactly the records of the workload
 * @param workload what the records are and what to sum
 * @param records how many they are
 * @param parallelism how many threads may work
 */
public record Task(String bootstrapServers, String topic, Workload workload, long records, int parallelism) {
    private static final String PREFIX = "millrace.benchmark.";

    static Task ofThisJvm() {
        return new Task(
                property("bootstrap-servers"),
                property("topic"),
                Workload.valueOf(property("workload").toUpperCase(Locale.ROOT)),
                Long.parseLong(property("records")),
                Integer.parseInt(property("parallelism")));
    }

    /** Returns the arguments for the JVM that shall do this. */
    public List<String> jvmArguments() {
        return List.of(
                argument("bootstrap-servers", bootstrapServers),
                argument("topic", topic),
                argument("workload", workload.toString()),
                argument("records", Long.toString(records)),
                argument("parallelism", Integer.toString(parallelism)));
    }

    private static String argument(String name, String value) {
        return "-D" + PREFIX + name + "=" + value;
    }

    private static String property(String name) {
        String value = System.getProperty(PREFIX + name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "system property %s is missing: this class is started by the benchmarks' runner"
                            .formatted(PREFIX + name));
        }
        return value;
    }
}
