// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal.local;

import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;

/** A frame that was written and is not acknowledged; it may be moved to another segment until it is. */
final class Pending {
    final WalFrame frame;
    final WalWriter.Completion completion;
    ActiveSegment segment;
    WalPosition at;

    Pending(WalFrame frame, WalWriter.Completion completion, ActiveSegment segment, WalPosition at) {
        this.frame = frame;
        this.completion = completion;
        this.segment = segment;
        this.at = at;
    }

    WalPosition end() {
        return at.plus(frame.length());
    }
}
