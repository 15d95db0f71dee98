// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;

/** A writer of a {@link FaultyWalStore}. Poisoned by the first outcome that it makes unknown. */
final class FaultyWalWriter extends ForwardingWalWriter {
    private final FaultyWalStore store;
    private volatile boolean poisoned;

    FaultyWalWriter(FaultyWalStore store, WalWriter writer) {
        super(writer);
        this.store = store;
    }

    @Override
    public void append(WalFrame frame, Completion completion) {
        FaultyWalStore.Plan plan = store.nextAppend();
        if (poisoned) {
            WalException refusal = new WalException(Reason.INDETERMINATE, "the writer was poisoned before");
            store.answer(() -> completion.failed(refusal));
            return;
        }
        WalException failure = plan.failure();
        if (failure != null && failure.outcome() == Outcome.UNKNOWN) {
            poisoned = true;
        }
        if (failure != null && !plan.store()) {
            store.answer(() -> completion.failed(failure));
            return;
        }
        delegate().append(frame, new Completion() {
            @Override
            public void durable(WalPosition at) {
                store.answer(() -> {
                    if (failure == null) {
                        completion.durable(at);
                    } else {
                        completion.failed(failure);
                    }
                });
            }

            @Override
            public void failed(WalException cause) {
                store.answer(() -> completion.failed(failure == null ? cause : failure));
            }
        });
    }

    @Override
    public WalState state() {
        return poisoned ? WalState.FAILED : super.state();
    }
}
