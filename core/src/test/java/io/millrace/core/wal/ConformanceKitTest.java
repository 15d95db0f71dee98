// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.millrace.core.log.TestLogs;
import io.millrace.core.wal.memory.InMemoryWalStore;
import io.millrace.core.wal.memory.Memory;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.testkit.wal.WalStoreConformance;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the kit against stores that break one clause each: the kit must say so, and name it. */
class ConformanceKitTest {
    @Test
    void aStoreThatForgetsItsEpochsFails() {
        assertThat(failing(ForgetsEpochs.class)).contains(1);
    }

    @Test
    void aStoreThatLetsAZombieAppendFails() {
        assertThat(failing(NeverFences.class)).contains(3);
    }

    @Test
    void aStoreThatAcknowledgesWhatItDidNotStoreFails() {
        assertThat(failing(LosesEveryTenth.class)).contains(12, 22);
    }

    @Test
    void aStoreThatAnswersInAnyOrderFails() {
        assertThat(failing(AnswersInAnyOrder.class)).contains(21);
    }

    @Test
    void aStoreThatScribblesOnBuffersFails() {
        assertThat(failing(Scribbles.class)).contains(24);
    }

    @Test
    void aStoreThatTrimsTooMuchFails() {
        assertThat(failing(TrimsTooMuch.class)).contains(32);
    }

    @Test
    void aStoreThatTakesAnyNameFails() {
        assertThat(failing(TakesAnyName.class)).containsExactly(50);
    }

    @Test
    void aStoreWhoseClosedWriterGoesOnFails() {
        assertThat(failing(ClosesNothing.class)).contains(60);
    }

    @Test
    void aStoreThatIsRightPasses() {
        assertThat(failing(Right.class)).isEmpty();
    }

    /** The numbers of the clauses that fail. */
    private static Set<Integer> failing(Class<? extends WalStoreConformance> kit) {
        Set<Integer> failing = new TreeSet<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(kit))
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() && result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    failing.add(Integer.parseInt(test.getDisplayName().substring("required_wal_".length(), 15)));
                }
            }
        });
        return failing;
    }

    /** The kit on one memory per test; not found by the build, as it is neither top-level nor called a test. */
    abstract static class Kit extends WalStoreConformance {
        final Memory memory = new Memory(64 << 10);

        abstract WalStore breaking(WalStore right);

        @Override
        protected WalStore open() {
            return breaking(new InMemoryWalStore(memory));
        }

        @Override
        protected void kill(WalStore store) {}
    }

    static class Right extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return right;
        }
    }

    static class ForgetsEpochs extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public long claim(String ledger, WriterIdentity me) {
                    return Math.min(3, right.claim(ledger, me));
                }
            };
        }
    }

    static class NeverFences extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return new Writer(right.open(log, epoch)) {
                        @Override
                        public void append(WalFrame frame, Completion completion) {
                            super.append(frame, new Completion() {
                                @Override
                                public void durable(WalPosition at) {
                                    completion.durable(at);
                                }

                                @Override
                                public void failed(WalException failure) {
                                    completion.durable(durableEnd());
                                }
                            });
                        }
                    };
                }
            };
        }
    }

    static class LosesEveryTenth extends Kit {
        private int appends;

        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return new Writer(right.open(log, epoch)) {
                        @Override
                        public void append(WalFrame frame, Completion completion) {
                            if (++appends % 10 == 0) {
                                completion.durable(durableEnd());
                            } else {
                                super.append(frame, completion);
                            }
                        }
                    };
                }
            };
        }
    }

    static class AnswersInAnyOrder extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return new Pairs(right.open(log, epoch));
                }
            };
        }

        /** Answers every third append a little later, if nothing comes behind it, else after that. */
        private static final class Pairs extends BrokenWalStore.Writer {
            private int appends;

            Pairs(WalWriter right) {
                super(right);
            }

            @Override
            public void append(WalFrame frame, Completion completion) {
                boolean late = ++appends % 3 == 0;
                super.append(frame, new Completion() {
                    @Override
                    public void durable(WalPosition at) {
                        if (late) {
                            TestLogs.REAL_TIME.schedule(Duration.ofMillis(3), () -> completion.durable(at));
                        } else {
                            completion.durable(at);
                        }
                    }

                    @Override
                    public void failed(WalException failure) {
                        completion.failed(failure);
                    }
                });
            }
        }
    }

    static class Scribbles extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return new Writer(right.open(log, epoch)) {
                        @Override
                        public void append(WalFrame frame, Completion completion) {
                            super.append(frame, new Completion() {
                                @Override
                                public void durable(WalPosition at) {
                                    scribble(frame.encode(at));
                                    completion.durable(at);
                                }

                                @Override
                                public void failed(WalException failure) {
                                    completion.failed(failure);
                                }
                            });
                        }
                    };
                }
            };
        }

        private static void scribble(ByteBuffer[] parts) {
            for (ByteBuffer part : List.of(parts).subList(1, parts.length)) {
                if (!part.isReadOnly() && part.hasRemaining()) {
                    part.put(part.position(), (byte) (part.get(part.position()) + 1));
                }
            }
        }
    }

    static class TrimsTooMuch extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return new Writer(right.open(log, epoch)) {
                        @Override
                        public WalPosition trim(WalPosition before) {
                            return super.trim(new WalPosition(before.segment() + 1, before.offset()));
                        }
                    };
                }
            };
        }
    }

    static class TakesAnyName extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return right.open(LogNames.isName(log) ? log : "data", epoch);
                }
            };
        }
    }

    static class ClosesNothing extends Kit {
        @Override
        WalStore breaking(WalStore right) {
            return new BrokenWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return new Writer(right.open(log, epoch)) {
                        @Override
                        public void close() {
                            throw new WalException(Reason.UNSUPPORTED, "this writer does not close");
                        }
                    };
                }
            };
        }
    }
}
