// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.encryption.Place;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The place of an encrypted part of a savepoint: this part of this savepoint, which its properties name.
 */
final class SavepointPlace implements Place {
    private final Path file;
    private final String part;
    private final byte[] about;

    /**
     * A place.
     *
     * @param file the savepoint, for messages
     * @param part the name of the zip's entry
     * @param about the savepoint's properties, byte by byte
     */
    SavepointPlace(Path file, String part, byte[] about) {
        this.file = file;
        this.part = part;
        this.about = about;
    }

    @Override
    public byte[] authenticated() {
        byte[] name = ("savepoint/" + part + '\n').getBytes(UTF_8);
        return ByteBuffer.allocate(name.length + about.length)
                .put(name)
                .put(about)
                .array();
    }

    @Override
    public String toString() {
        return "the part '" + part + "' of the savepoint '" + file + "'";
    }
}
