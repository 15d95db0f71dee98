// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import io.millrace.testkit.wal.ForwardingWalStore;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Stores in memory, and counts how often the log of blocks is read. */
final class CountingStoreProvider implements WalStoreProvider {
    private final AtomicLong reads = new AtomicLong();

    long reads() {
        return reads.get();
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of();
    }

    @Override
    public WalStore open(URI location, PluginContext context) {
        return new CountingStore(new InMemoryWalStore());
    }

    private final class CountingStore extends ForwardingWalStore {
        CountingStore(WalStore store) {
            super(store);
        }

        @Override
        public WalReader reader(String log) {
            WalReader reader = super.reader(log);
            return log.equals(Logs.DATA) ? new CountingReader(reader) : reader;
        }
    }

    private final class CountingReader implements WalReader {
        private final WalReader reader;

        CountingReader(WalReader reader) {
            this.reader = reader;
        }

        @Override
        public List<Segment> segments() {
            return reader.segments();
        }

        @Override
        public int read(long segment, long offset, ByteBuffer into) {
            reads.incrementAndGet();
            return reader.read(segment, offset, into);
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
