// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of a log whose checksum is right, and that holds what no version wrote, is damage. */
class FactFileTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "millrace-log 1\nid\n",
                "millrace-log 1\n",
                "millrace-log 1\nid no-uuid\nfirst 0\ndeleted false\n",
                "millrace-log 1\nid 123e4567-e89b-12d3-a456-426614174000\nfirst xyz\ndeleted false\n",
                "millrace-log 1\nid 123e4567-e89b-12d3-a456-426614174000\nfirst 0\n",
                "millrace-log 1\n\n",
            })
    void whatNoVersionWroteIsDamage(String text) throws IOException {
        write("LOG", text);
        refused(() -> LogFacts.read(new DiskFs(), directory));
    }

    @Test
    void anEpochThatIsNoNumberIsDamage() throws IOException {
        write("EPOCH", "millrace-epoch 1\nepoch many\n");
        refused(() -> new Epochs(new DiskFs(), directory).highest());
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        Files.write(directory.resolve("LOG"), new byte[70_000]);
        refused(() -> LogFacts.read(new DiskFs(), directory));
    }

    private void write(String file, String text) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(UTF_8));
        Files.writeString(
                directory.resolve(file), text + String.format(Locale.ROOT, "crc32c %08x\n", (int) crc.getValue()));
    }

    private void refused(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        WalException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining(directory.toString());
    }
}
