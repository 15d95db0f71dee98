// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.wal;

import static java.util.Objects.requireNonNull;

import io.millrace.spi.wal.ObjectStore;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A store that has another one do everything: what extends it says what is different, such as what it counts, delays or
 * breaks. As thread-safe as the other one.
 *
 * @since 0.1
 */
public abstract class ForwardingWalStore implements WalStore {
    private final WalStore delegate;

    /** Forwards to {@code delegate}. */
    protected ForwardingWalStore(WalStore delegate) {
        this.delegate = requireNonNull(delegate, "delegate is null");
    }

    /** The store that does everything. */
    protected final WalStore delegate() {
        return delegate;
    }

    @Override
    public WalCapabilities capabilities() {
        return delegate.capabilities();
    }

    @Override
    public long claim(String ledger, WriterIdentity me) {
        return delegate.claim(ledger, me);
    }

    @Override
    public WalWriter open(String log, long epoch) {
        return delegate.open(log, epoch);
    }

    @Override
    public WalReader reader(String log) {
        return delegate.reader(log);
    }

    @Override
    public List<String> logs() {
        return delegate.logs();
    }

    @Override
    public void delete(String log, long epoch) {
        delegate.delete(log, epoch);
    }

    @Override
    public Optional<Duration> sinceHeartbeat(String ledger) {
        return delegate.sinceHeartbeat(ledger);
    }

    @Override
    public Optional<ObjectStore> objects() {
        return delegate.objects();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
