// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.api.DeadLetter;
import io.millrace.api.DeadLetter.Header;
import io.millrace.api.DeadLetter.SourceRecord;
import io.millrace.api.source.Slice;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace dead-letters show}: each letter as a line of JSON. */
@Command(
        name = "show",
        description = {
            "Prints each dead letter as a line of JSON, oldest batch first.",
            "The bytes of keys, values and headers are in Base64."
        })
final class DeadLettersShowCommand extends Subcommand implements Callable<Integer> {
    private static final JsonFactory JSON = new JsonFactory();

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private DeadLetterFiles place;

    @Override
    public Integer call() {
        for (Path file : place.files()) {
            DeadLetterFiles.letters(file).forEach(letter -> out().println(line(letter)));
        }
        return 0;
    }

    private static String line(DeadLetter letter) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("program", letter.programId());
            json.writeStringField("batchTime", letter.batchTime().toString());
            json.writeArrayFieldStart("outputs");
            for (String output : letter.outputs()) {
                json.writeString(output);
            }
            json.writeEndArray();
            json.writeStringField("operator", letter.operator());
            json.writeStringField("declaredAt", letter.declaredAt());
            json.writeStringField("error", letter.error());
            json.writeStringField("message", letter.message());
            if (!letter.element().isEmpty()) {
                json.writeStringField("element", letter.element());
            }
            if (letter.record().isPresent()) {
                record(json, letter.record().get());
            }
            json.writeNumberField("epoch", letter.epoch());
            json.writeNumberField("attempt", letter.attempt());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void record(JsonGenerator json, SourceRecord record) throws IOException {
        json.writeObjectFieldStart("record");
        json.writeStringField("stream", record.stream());
        json.writeStringField("partition", record.partition());
        json.writeNumberField("offset", record.offset());
        if (record.timestamp() >= 0) {
            json.writeNumberField("timestamp", record.timestamp());
        }
        bytes(json, "key", record.key());
        bytes(json, "value", record.value());
        if (record.headers() > 0) {
            json.writeArrayFieldStart("headers");
            for (Header header : record.headerList()) {
                json.writeStartObject();
                json.writeStringField("name", header.name());
                bytes(json, "value", header.value());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void bytes(JsonGenerator json, String name, @Nullable Slice bytes) throws IOException {
        if (bytes != null) {
            json.writeFieldName(name);
            json.writeBinary(bytes.array(), bytes.offset(), bytes.length());
        }
    }
}
