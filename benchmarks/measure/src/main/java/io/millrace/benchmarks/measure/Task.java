// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.measure;

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
    /** Returns what this JVM was told. */
    public static Task ofThisJvm() {
        return new Task(
                ThisJvm.property("bootstrap-servers"),
                ThisJvm.property("topic"),
                Workload.valueOf(ThisJvm.property("workload").toUpperCase(Locale.ROOT)),
                Long.parseLong(ThisJvm.property("records")),
                Integer.parseInt(ThisJvm.property("parallelism")));
    }

    /** Returns the arguments for the JVM that shall do this. */
    public List<String> jvmArguments() {
        return List.of(
                ThisJvm.argument("bootstrap-servers", bootstrapServers),
                ThisJvm.argument("topic", topic),
                ThisJvm.argument("workload", workload),
                ThisJvm.argument("records", records),
                ThisJvm.argument("parallelism", parallelism));
    }
}
