// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.measure.ThisJvm;
import java.nio.file.Path;
import java.util.List;

/**
 * What a program that will be killed is asked to do: to write each number that comes in once, and to count them.
 *
 * @param receiver how the numbers come in
 * @param bootstrapServers the broker, for receivers from Kafka
 * @param topic the topic of the numbers
 * @param results where the directories with the numbers are written
 * @param until after how many numbers it ends; 0 for never
 */
record FaultTask(Receiver receiver, String bootstrapServers, String topic, Path results, long until) {
    /** How numbers come in. */
    enum Receiver {
        /** From a receiver in the program. */
        PUSH,
        /** Through the reliable Kafka receiver and the log. */
        KAFKA_RELIABLE,
        /** Read from Kafka where they are. */
        KAFKA_DIRECT
    }

    static FaultTask ofThisJvm() {
        return new FaultTask(
                Receiver.valueOf(ThisJvm.property("receiver")),
                ThisJvm.property("bootstrap-servers"),
                ThisJvm.property("topic"),
                Path.of(ThisJvm.property("results")),
                Long.parseLong(ThisJvm.property("until")));
    }

    FaultTask until(long end) {
        return new FaultTask(receiver, bootstrapServers, topic, results, end);
    }

    List<String> jvmArguments() {
        return List.of(
                ThisJvm.argument("receiver", receiver),
                ThisJvm.argument("bootstrap-servers", bootstrapServers),
                ThisJvm.argument("topic", topic),
                ThisJvm.argument("results", results),
                ThisJvm.argument("until", until));
    }
}
