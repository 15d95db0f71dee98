// SPDX-License-Identifier: Apache-2.0
package io.millrace.listener.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchCommitted;
import io.millrace.api.listener.StreamingEvent.BatchCompleted;
import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.InputInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.api.listener.StreamingEvent.RecoveryCompleted;
import io.millrace.api.source.OffsetRange;
import io.millrace.api.source.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void anEventIsOneLineWithEverythingThatIsKnown() throws IOException {
        BatchInfo batch = new BatchInfo(
                NOON,
                Map.of(
                        "lines",
                        new InputInfo(7, 0, List.of(new OffsetRange("lines-0", Position.of(3), Position.of(10), 7)))),
                NOON.plusMillis(1),
                Optional.of(NOON.plusMillis(3)),
                Optional.of(NOON.plusMillis(10)),
                List.of(new OutputOperationInfo(
                        NOON, 0, "print", Optional.of(NOON), Optional.empty(), Optional.of("a \"quoted\"\nreason"))),
                Optional.empty());
        List<JsonNode> lines = write(new BatchCompleted(NOON, batch));

        JsonNode line = lines.get(0);
        assertThat(line.toString()).isEqualTo("""
                        {"event":"BatchCompleted","program":"p","at":"2026-05-01T12:00:00Z","batch":{\
                        "batchTime":"2026-05-01T12:00:00Z","inputs":{"lines":{"records":7,"blocks":0,"ranges":[\
                        {"partition":"lines-0","from":3,"until":10,"records":7}]}},\
                        "submitted":"2026-05-01T12:00:00.001Z","started":"2026-05-01T12:00:00.003Z",\
                        "completed":"2026-05-01T12:00:00.010Z","outputs":[{"batchTime":"2026-05-01T12:00:00Z",\
                        "index":0,"name":"print","started":"2026-05-01T12:00:00Z",\
                        "failure":"a \\"quoted\\"\\nreason"}],"records":7,"schedulingDelayMillis":2.0,\
                        "processingDelayMillis":7.0,"totalDelayMillis":9.0}}""");
    }

    @Test
    void whatIsNoTextIsWrittenWithAQuestionMark() throws IOException {
        List<JsonNode> lines = write(new StreamingEvent.ReceiverError(
                NOON, new StreamingEvent.ReceiverInfo("s", "kafka", 1), "half \uD83D of 😀", Optional.empty()));
        assertThat(lines.get(0).get("message").asText()).isEqualTo("half ? of 😀");
    }

    @Test
    void everyKindOfEventCanBeWritten() throws IOException {
        List<JsonNode> lines = write(
                new RecoveryCompleted(NOON, 5, 2, List.of(NOON), Duration.ofNanos(1_500_000)),
                new StreamingEvent.StreamingStarted(NOON, "p", 3, NOON),
                new StreamingEvent.ReceiverError(
                        NOON, new StreamingEvent.ReceiverInfo("s", "kafka", 1), "late", Optional.empty()),
                new StreamingEvent.EventsDropped(NOON, 4),
                new StreamingEvent.StreamingStopped(NOON, true, Optional.empty()));

        assertThat(lines)
                .extracting(line -> line.get("event").asText())
                .containsExactly(
                        "RecoveryCompleted", "StreamingStarted", "ReceiverError", "EventsDropped", "StreamingStopped");
        assertThat(lines.get(0).get("tookMillis").asDouble()).isEqualTo(1.5);
        assertThat(lines.get(0).get("batches").get(0).asText()).isEqualTo("2026-05-01T12:00:00Z");
        assertThat(lines.get(2).get("receiver").get("incarnation").asLong()).isEqualTo(1);
        assertThat(lines.get(2).has("stackTrace")).isFalse();
        assertThat(lines.get(4).get("graceful").asBoolean()).isTrue();
    }

    @Test
    void aFullFileIsRenamedAndTheOldestOnesGo() throws IOException {
        Path file = folder.resolve("deep/er/events.jsonl");
        try (EventLog log = EventLog.open("p", file, 1024, 2)) {
            for (int i = 0; i < 100; i++) {
                log.onEvent(committed(i));
            }
        }
        List<Long> numbers = new ArrayList<>();
        for (String name : List.of("events.jsonl.2", "events.jsonl.1", "events.jsonl")) {
            assertThat(file.resolveSibling(name)).isNotEmptyFile();
            assertThat(Files.size(file.resolveSibling(name))).isLessThanOrEqualTo(1024);
            read(file.resolveSibling(name))
                    .forEach(line -> numbers.add(line.get("records").asLong()));
        }
        assertThat(file.resolveSibling("events.jsonl.3")).doesNotExist();
        assertThat(numbers).isSorted().doesNotHaveDuplicates().endsWith(99L).hasSizeGreaterThan(15);
        for (int i = 1; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(numbers.get(i - 1) + 1);
        }
    }

    @Test
    void theNextRunAppendsAndEndsALineThatWasCut() throws IOException {
        Path file = folder.resolve("events.jsonl");
        try (EventLog log = EventLog.open("p", file, 1 << 20, 1)) {
            log.onEvent(committed(1));
        }
        Files.writeString(file, Files.readString(file) + "{\"event\":\"Batch");
        try (EventLog log = EventLog.open("p", file, 1 << 20, 1)) {
            log.onEvent(committed(2));
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(3);
        assertThat(new ObjectMapper().readTree(lines.get(2)).get("records").asLong())
                .isEqualTo(2);
    }

    @Test
    void aPathThatIsAFolderIsOneClearLine() {
        assertThatThrownBy(() -> EventLog.open("p", folder, 1 << 20, 1))
                .isInstanceOf(MillraceException.class)
                .hasMessageStartingWith("the event log '" + folder + "' cannot be opened (")
                .hasMessageEndingWith(": give listener.event-log.path a file in a folder that this user may write to");
    }

    private List<JsonNode> write(StreamingEvent... events) throws IOException {
        Path file = folder.resolve("events.jsonl");
        try (EventLog log = EventLog.open("p", file, 1 << 20, 1)) {
            for (StreamingEvent event : events) {
                log.onEvent(event);
            }
        }
        return read(file);
    }

    private static List<JsonNode> read(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            nodes.add(mapper.readTree(line));
        }
        return nodes;
    }

    private static BatchCommitted committed(int number) {
        return new BatchCommitted(NOON, NOON, number);
    }
}
