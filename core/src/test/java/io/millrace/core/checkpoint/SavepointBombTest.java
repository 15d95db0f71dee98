// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.encryption.Encryption;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A savepoint whose parts unpack to far more than they are is refused before that fills the memory. */
class SavepointBombTest {
    @TempDir
    private Path directory;

    @Test
    void aPartThatUnpacksToMuchMoreIsRefused() throws IOException {
        Path bomb = savepoint("format=1\nprogram=p\n".getBytes(StandardCharsets.US_ASCII), 80);
        refused(bomb, "'ledger'");
    }

    @Test
    void propertiesOfManyBytesAreRefused() throws IOException {
        refused(savepoint(new byte[1 << 20], 0), "'savepoint.properties'");
    }

    private Path savepoint(byte[] about, int ledgerMebibytes) throws IOException {
        Path file = directory.resolve("bomb.savepoint");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("savepoint.properties"));
            zip.write(about);
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("ledger"));
            for (int i = 0; i < ledgerMebibytes; i++) {
                zip.write(new byte[1 << 20]);
            }
            zip.closeEntry();
        }
        return file;
    }

    private static void refused(Path file, String part) {
        assertThatThrownBy(() -> Savepoint.image(file, Encryption.NONE))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_DATA))
                .hasMessageContaining(part + ", of")
                .hasMessageContaining("unpacks to more than");
    }
}
