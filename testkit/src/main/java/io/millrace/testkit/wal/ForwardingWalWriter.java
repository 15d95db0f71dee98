// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static java.util.Objects.requireNonNull;

import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalWriter;
import java.util.Optional;

/**
 * A writer that has another one do everything: what extends it says what is different. As thread-safe as the other one.
 *
 * @since 0.1
 */
public abstract class ForwardingWalWriter implements WalWriter {
    private final WalWriter delegate;

    /** Forwards to {@code delegate}. */
    protected ForwardingWalWriter(WalWriter delegate) {
        this.delegate = requireNonNull(delegate, "delegate is null");
    }

    /** The writer that does everything. */
    protected final WalWriter delegate() {
        return delegate;
    }

    @Override
    public long epoch() {
        return delegate.epoch();
    }

    @Override
    public WalRecovery recovery() {
        return delegate.recovery();
    }

    @Override
    public void append(WalFrame frame, Completion completion) {
        delegate.append(frame, completion);
    }

    @Override
    public WalPosition durableEnd() {
        return delegate.durableEnd();
    }

    @Override
    public WalPosition end() {
        return delegate.end();
    }

    @Override
    public void roll() {
        delegate.roll();
    }

    @Override
    public WalPosition trim(WalPosition before) {
        return delegate.trim(before);
    }

    @Override
    public void verifyOwnership() {
        delegate.verifyOwnership();
    }

    @Override
    public WalState state() {
        return delegate.state();
    }

    @Override
    public Optional<String> trouble() {
        return delegate.trouble();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
