// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.demo;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** What the engine process tells the supervisor: one line of JSON each, on its standard output. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = EngineReport.Recovered.class, name = "recovered"),
    @JsonSubTypes.Type(value = EngineReport.Started.class, name = "started"),
    @JsonSubTypes.Type(value = EngineReport.BatchDone.class, name = "batch"),
    @JsonSubTypes.Type(value = EngineReport.Trouble.class, name = "trouble"),
    @JsonSubTypes.Type(value = EngineReport.Stopped.class, name = "stopped"),
    @JsonSubTypes.Type(value = EngineReport.Failed.class, name = "failed")
})
sealed interface EngineReport {
    /** The ledger was replayed. */
    record Recovered(long facts, int blocks, int batches, long millis) implements EngineReport {}

    /** Batches run. */
    record Started(long epoch) implements EngineReport {}

    /** A batch's outputs are done. */
    record BatchDone(long batchTime, long records, double schedulingMillis, double processingMillis)
            implements EngineReport {}

    /** Something that a person should see, and that the engine deals with itself. */
    record Trouble(String message) implements EngineReport {}

    /** The engine stopped as it was asked to. */
    record Stopped(boolean graceful) implements EngineReport {}

    /** The engine gave up. */
    record Failed(String code, String message) implements EngineReport {}

    /** Reports as lines. */
    final class Format {
        private static final ObjectMapper JSON = new ObjectMapper();

        private Format() {}

        /** One line, without its end. */
        static String line(EngineReport report) {
            try {
                return JSON.writerFor(EngineReport.class).writeValueAsString(report);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("cannot write " + report, e);
            }
        }

        /** Reads a line; empty if it is none of ours, such as something that a library printed. */
        static Optional<EngineReport> parse(String line) {
            try {
                return Optional.ofNullable(JSON.readValue(line, EngineReport.class));
            } catch (JsonProcessingException e) {
                return Optional.empty();
            }
        }
    }
}
