// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.hdfs;

import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalWriter;

/** A frame that is not answered; it may be written to several segments until it is. */
final class Pending {
    final WalFrame frame;
    final WalWriter.Completion completion;
    final int length;
    final long begunNanos;
    WalPosition at = WalPosition.START;

    /** Whether it was ever written anywhere, so that nobody can say that it is not in the log. */
    boolean written;

    Pending(WalFrame frame, WalWriter.Completion completion, int length, long begunNanos) {
        this.frame = frame;
        this.completion = completion;
        this.length = length;
        this.begunNanos = begunNanos;
    }
}
