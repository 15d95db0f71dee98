// SPDX-License-Identifier: Apache-2.0
package io.millrace.listener.eventlog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingEvent.BatchInfo;
import io.millrace.api.listener.StreamingEvent.OutputOperationInfo;
import io.millrace.api.source.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON: {@code event} and {@code program}, then a field for each component of the event under its own name.
 * Instants are in ISO 8601; durations are in milliseconds, under a name that ends in {@code Millis}; what is empty is left
 * out; what a batch or an output derives (delays, number of records) stands beside what it is derived from. New kinds of
 * events appear by themselves.
 */
final class EventJson {
    private static final double NANOS_PER_MILLI = 1e6;

    private final JsonFactory factory = new JsonFactory();
    private final String program;

    EventJson(String program) {
        this.program = program;
    }

    /** The event in one line, with its end. */
    ByteBuffer line(StreamingEvent event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = factory.createGenerator(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
            json.writeStartObject();
            json.writeStringField("event", event.getClass().getSimpleName());
            json.writeStringField("program", program);
            components(json, (Record) event);
            json.writeEndObject();
        }
        bytes.write('\n');
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private void components(JsonGenerator json, Record record) throws IOException {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            field(json, component.getName(), read(component, record));
        }
        if (record instanceof BatchInfo batch) {
            json.writeNumberField("records", batch.records());
            field(json, "schedulingDelay", batch.schedulingDelay());
            field(json, "processingDelay", batch.processingDelay());
            field(json, "totalDelay", batch.totalDelay());
        } else if (record instanceof OutputOperationInfo output) {
            field(json, "duration", output.duration());
        }
    }

    private static @Nullable Object read(RecordComponent component, Record record) throws IOException {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IOException("a component of " + record.getClass().getSimpleName() + " cannot be read", e);
        }
    }

    private void field(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        if (present instanceof Duration duration) {
            json.writeNumberField(name + "Millis", duration.toNanos() / NANOS_PER_MILLI);
        } else if (present != null) {
            json.writeFieldName(name);
            value(json, present);
        }
    }

    private void value(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Position position && position.detail().isEmpty()) {
            json.writeNumber(position.number());
        } else if (value instanceof Record record && !(value instanceof Position)) {
            json.writeStartObject();
            components(json, record);
            json.writeEndObject();
        } else if (value instanceof Collection<?> elements) {
            json.writeStartArray();
            for (Object element : elements) {
                value(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> entries) {
            json.writeStartObject();
            Map<String, Object> sorted = new TreeMap<>();
            entries.forEach((key, element) -> sorted.put(String.valueOf(key), element));
            for (Map.Entry<String, Object> entry : sorted.entrySet()) {
                field(json, entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
        } else {
            json.writeString(value.toString());
        }
    }
}
