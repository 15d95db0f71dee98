// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.ledger;

import io.millrace.core.ledger.Fact.StateWritten;
import io.millrace.core.ledger.LedgerState.StateImage;
import io.millrace.core.ledger.LedgerState.StateSize;
import io.millrace.core.log.LogHandle;
import io.millrace.spi.wal.WalPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where one state is in the state log, from its last snapshot on, and what it is. */
final class StateHandles {
    private final List<LogHandle> handles = new ArrayList<>();
    private @Nullable WalPosition earliest;
    private long snapshotBytes;
    private long changeBytes;
    private @Nullable StateDefinition definition;

    StateHandles() {}

    StateHandles(StateImage image) {
        addAll(image.handles());
        snapshotBytes = image.snapshotBytes();
        changeBytes = image.changeBytes();
        definition = image.definition();
    }

    void add(StateWritten written) {
        long bytes = written.handles().stream().mapToLong(LogHandle::length).sum();
        if (written.snapshot()) {
            handles.clear();
            earliest = null;
            snapshotBytes = bytes;
            changeBytes = 0;
        } else {
            changeBytes += bytes;
        }
        if (written.definition() != null) {
            definition = written.definition();
        }
        addAll(written.handles());
    }

    private void addAll(List<LogHandle> more) {
        handles.addAll(more);
        for (LogHandle handle : more) {
            WalPosition before = earliest;
            earliest = before == null || handle.at().compareTo(before) < 0 ? handle.at() : before;
        }
    }

    /** In the order in which they are read. */
    List<LogHandle> all() {
        return List.copyOf(handles);
    }

    /** The first place of them in the log; null if there is none. */
    @Nullable
    WalPosition earliest() {
        return earliest;
    }

    StateSize size() {
        return new StateSize(snapshotBytes, changeBytes);
    }

    /** What the state is; null if it was last written before that was recorded. */
    @Nullable
    StateDefinition definition() {
        return definition;
    }

    StateImage image() {
        return new StateImage(snapshotBytes, changeBytes, all(), definition);
    }
}
