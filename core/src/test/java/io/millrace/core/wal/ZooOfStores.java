// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalCapabilities;
import io.millrace.spi.wal.WalCapability;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.testkit.wal.ForwardingWalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;

/** Stores that break one thing each: claims, names, deletion, what they leave behind. */
final class ZooOfStores {
    private static final WriterIdentity SOMEBODY = new WriterIdentity("somebody", "somewhere", 1, 0);

    private ZooOfStores() {}

    static class Right extends ZooKit {}

    static class WritesWhenLookedAt extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            Set<String> seen = new TreeSet<>();
            return new ForwardingWalStore(right) {
                @Override
                public WalReader reader(String log) {
                    WalReader reader = right.reader(log);
                    seen.add(log);
                    return reader;
                }

                @Override
                public List<String> logs() {
                    Set<String> logs = new TreeSet<>(right.logs());
                    logs.addAll(seen);
                    return List.copyOf(logs);
                }
            };
        }
    }

    static class LocksNothing extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            WalCapabilities said = right.capabilities();
            return new ForwardingWalStore(right) {
                @Override
                public WalCapabilities capabilities() {
                    return new WalCapabilities(
                            said.durability(),
                            Set.of(WalCapability.EXCLUSIVE_LOCK_ONLY, WalCapability.VISIBLE_BEFORE_SEAL),
                            said.maxInFlight(),
                            said.maxBatchBytes(),
                            said.maxUnacknowledgedBytes(),
                            said.linger());
                }
            };
        }
    }

    /** Takes the epoch of a store that was closed for free. */
    static class ReusesEpochs extends ZooKit {
        private long last;
        private boolean free;

        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public long claim(String ledger, WriterIdentity me) {
                    right.logs(); // says so if the store is closed
                    last = free ? last : right.claim(ledger, me);
                    free = false;
                    return last;
                }

                @Override
                public void close() {
                    super.close();
                    free = last > 0;
                }
            };
        }
    }

    static class OpensWithAnyEpoch extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    try {
                        return right.open(log, epoch);
                    } catch (WalException e) {
                        if (e.reason() != Reason.FENCED) {
                            throw e;
                        }
                        return right.open(log, right.claim("ledger", SOMEBODY));
                    }
                }
            };
        }
    }

    /** All logs in one memory, so that deleting the last of them starts the claims again. */
    static class DeletesTheFence extends ZooKit {
        private Memory place = memory;

        @Override
        protected WalStore open() {
            return new ForwardingWalStore(new InMemoryWalStore(place)) {
                private WalStore now = delegate();

                @Override
                public long claim(String ledger, WriterIdentity me) {
                    return now.claim(ledger, me);
                }

                @Override
                public WalWriter open(String log, long epoch) {
                    return now.open(log, epoch);
                }

                @Override
                public WalReader reader(String log) {
                    return now.reader(log);
                }

                @Override
                public List<String> logs() {
                    return now.logs();
                }

                @Override
                public void delete(String log, long epoch) {
                    now.delete(log, epoch);
                    if (now.logs().isEmpty()) {
                        place = new Memory();
                        now = new InMemoryWalStore(place);
                    }
                }

                @Override
                public void close() {
                    now.close();
                }
            };
        }
    }

    static class TakesAnyName extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return right.open(LogNames.isName(log) ? log : "data", epoch);
                }
            };
        }
    }

    static class ListsLogsAsTheyCome extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public List<String> logs() {
                    List<String> logs = new ArrayList<>(right.logs());
                    Collections.reverse(logs);
                    return logs;
                }
            };
        }
    }

    static class DeletesNothing extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public void delete(String log, long epoch) {
                    if (!right.logs().contains(log)) {
                        right.delete(log, epoch);
                    }
                }
            };
        }
    }

    static class NeverCloses extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public void close() {
                    // goes on
                }
            };
        }
    }

    static class LeaksThreads extends ZooKit {
        private static final CountDownLatch END = new CountDownLatch(1);

        @Override
        WalStore breaking(WalStore right) {
            Thread left = new Thread(
                    () -> {
                        try {
                            END.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "left-behind");
            left.setDaemon(true);
            left.start();
            return right;
        }

        @Override
        protected Duration patience() {
            return Duration.ofMillis(500);
        }

        static void end() {
            END.countDown();
        }
    }
}
