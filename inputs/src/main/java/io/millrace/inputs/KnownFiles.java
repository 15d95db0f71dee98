// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.source.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that were seen before this process began, with how far they were read. For one thread. */
final class KnownFiles {
    private final Map<String, List<FileId>> byInode = new HashMap<>();
    private final Map<String, List<FileId>> byName = new HashMap<>();
    private final Map<String, Position> positions = new HashMap<>();

    /** Adds a file, if {@code partition} is one. */
    void add(String partition, Position position) {
        FileId.parse(partition).ifPresent(id -> {
            byInode.computeIfAbsent(id.inode(), inode -> new ArrayList<>()).add(id);
            byName.computeIfAbsent(id.name(), name -> new ArrayList<>()).add(id);
            positions.put(partition, position);
        });
    }

    /** Which of them a file is, if it is one. */
    Optional<FileId> find(Path path, BasicFileAttributes attributes) throws IOException {
        List<FileId> candidates = new ArrayList<>(byInode.getOrDefault(FileId.inode(path, attributes), List.of()));
        candidates.addAll(byName.getOrDefault(FileId.name(path), List.of()));
        for (FileId id : candidates) {
            if (id.is(path, attributes, readToItsEnd(id) ? at(id).number() : -1)) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    /** Whether nothing of a file is read any more. */
    boolean readToItsEnd(FileId id) {
        return at(id).detail().equals(FilesSource.END);
    }

    private Position at(FileId id) {
        return positions.getOrDefault(id.partition(), Position.of(0));
    }
}
