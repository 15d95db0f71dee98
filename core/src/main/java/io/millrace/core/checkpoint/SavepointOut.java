// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.encryption.DataKeys;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.ledger.LedgerState.Image;
import io.millrace.core.log.LogHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes the parts of a savepoint, each in an envelope if the savepoint is encrypted. */
final class SavepointOut {
    private final ZipOutputStream zip;
    private final Path file;
    private final @Nullable DataKeys keys;
    private final byte[] about;

    /** Begins with what is said of the savepoint, which everybody can read. */
    SavepointOut(ZipOutputStream zip, Path file, Image image, Encryption encryption) throws IOException {
        this.zip = zip;
        this.file = file;
        this.keys = encryption.newDataKeys().orElse(null);
        this.about = about(image, keys).getBytes(UTF_8);
        write(SavepointIn.ABOUT, about);
    }

    private static String about(Image image, @Nullable DataKeys keys) {
        StringBuilder text = new StringBuilder()
                .append("format=")
                .append(keys == null ? SavepointIn.PLAIN : SavepointIn.ENCRYPTED)
                .append("\nprogram=")
                .append(image.programId())
                .append("\nbatch-interval-ms=")
                .append(image.batchInterval());
        if (image.lastCommitted() != Long.MIN_VALUE) {
            text.append("\nlast-committed=").append(Instant.ofEpochMilli(image.lastCommitted()));
        }
        if (keys != null) {
            text.append("\nid=").append(UUID.randomUUID()).append("\nkey=").append(keys.keyId());
        }
        return text.append('\n').toString();
    }

    /**
     * Writes the payload of an entry of a log.
     *
     * @param from where the log has it
     * @return the handle by which the savepoint has it, which is of the content whatever the log made of that
     */
    LogHandle payload(String folder, LogHandle from, byte[] content) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(content);
        LogHandle own = new LogHandle(from.at(), content.length, (int) crc.getValue());
        part(SavepointIn.name(folder, own), content);
        return own;
    }

    void part(String name, byte[] content) throws IOException {
        if (keys == null) {
            write(name, content);
            return;
        }
        ByteBuffer sealed = ByteBuffer.allocate(Math.addExact(content.length, keys.overhead()));
        ByteBuffer[] whole = {ByteBuffer.wrap(content)};
        keys.sealer().seal(0, new SavepointPlace(file, name, about), whole, sealed);
        write(name, sealed.array());
    }

    private void write(String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0); // the same checkpoint gives the same file, if it is not encrypted
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
