// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.log.TestLogs;
import io.millrace.core.wal.ZooOfReaders.Reader;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalRecovery;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.testkit.wal.ForwardingWalStore;
import io.millrace.testkit.wal.ForwardingWalWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Stores whose writers break one thing each. */
final class ZooOfWriters {
    private ZooOfWriters() {}

    /** Passes on what another completion is told, except that {@code durable} goes elsewhere. */
    private static WalWriter.Completion instead(WalWriter.Completion completion, Consumer<WalPosition> durable) {
        return new WalWriter.Completion() {
            @Override
            public void durable(WalPosition at) {
                durable.accept(at);
            }

            @Override
            public void failed(WalException failure) {
                completion.failed(failure);
            }
        };
    }

    static class NeverFences extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
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
    }

    static class VerifiesNothing extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void verifyOwnership() {
                    // believes that it still is the owner
                }
            };
        }
    }

    static class FindsTornBytes extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public WalRecovery recovery() {
                    return new WalRecovery(
                            super.recovery().start(), super.recovery().end(), 1);
                }
            };
        }
    }

    /** Forgets, with its process, the last frame that it said was durable. */
    static class LosesTheTail extends ZooKit {
        private final Map<Long, Long> lost = new HashMap<>();
        private WalPosition last = WalPosition.START;

        @Override
        protected void kill(WalStore store) {
            lost.putIfAbsent(last.segment(), last.offset());
        }

        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    super.append(frame, instead(completion, at -> {
                        last = at;
                        completion.durable(at);
                    }));
                }

                @Override
                public WalRecovery recovery() {
                    WalRecovery found = super.recovery();
                    long segment = found.end().segment();
                    long length = lost.getOrDefault(segment, Long.MAX_VALUE);
                    return found.end().offset() <= length
                            ? found
                            : new WalRecovery(found.start(), new WalPosition(segment, length), 0);
                }
            };
        }

        @Override
        WalReader reading(WalReader right) {
            return new Reader(right) {
                @Override
                public List<Segment> segments() {
                    return super.segments().stream()
                            .map(one -> new Segment(
                                    one.id(),
                                    Math.min(one.length(), lost.getOrDefault(one.id(), Long.MAX_VALUE)),
                                    one.sealed()))
                            .toList();
                }

                @Override
                public int read(long segment, long offset, ByteBuffer into) {
                    return offset >= lost.getOrDefault(segment, Long.MAX_VALUE) ? 0 : super.read(segment, offset, into);
                }
            };
        }
    }

    static class LosesLargeFrames extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    if (frame.length() > 260_000 && frame.length() < 1_000_000) {
                        frame.encode(end());
                        completion.durable(end());
                    } else {
                        super.append(frame, completion);
                    }
                }
            };
        }
    }

    static class AcknowledgesEarly extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                private WalPosition told = right.durableEnd();

                @Override
                public void append(WalFrame frame, Completion completion) {
                    super.append(frame, instead(completion, at -> {
                        completion.durable(at); // durableEnd() does not know it yet
                        told = at.plus(frame.length());
                    }));
                }

                @Override
                public WalPosition durableEnd() {
                    return told;
                }
            };
        }
    }

    /** Answers every third append behind the one after it, unless none comes for a while. */
    static class AnswersInAnyOrder extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                private final AtomicReference<Runnable> held = new AtomicReference<>();
                private int appends;

                @Override
                public void append(WalFrame frame, Completion completion) {
                    boolean late = ++appends % 3 == 0;
                    super.append(frame, instead(completion, at -> {
                        if (late) {
                            held.set(() -> completion.durable(at));
                            TestLogs.REAL_TIME.schedule(Duration.ofMillis(3), this::answer);
                        } else {
                            completion.durable(at);
                            answer();
                        }
                    }));
                }

                private void answer() {
                    Runnable answer = held.getAndSet(null);
                    if (answer != null) {
                        answer.run();
                    }
                }

                @Override
                public void close() {
                    answer();
                    super.close();
                }
            };
        }
    }

    static class AnswersTwice extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    super.append(frame, instead(completion, at -> {
                        completion.durable(at);
                        completion.durable(at);
                    }));
                }
            };
        }
    }

    static class BlocksInCallbacks extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public synchronized void append(WalFrame frame, Completion completion) {
                    super.append(frame, completion);
                }

                @Override
                public synchronized WalPosition durableEnd() {
                    return super.durableEnd();
                }
            };
        }
    }

    /** Changes what it was given in several buffers. */
    static class Scribbles extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    super.append(frame, instead(completion, at -> {
                        if (frame.length() > 200_000) {
                            scribble(frame.encode(at));
                        }
                        completion.durable(at);
                    }));
                }
            };
        }

        private static void scribble(ByteBuffer[] parts) {
            for (ByteBuffer part : List.of(parts).subList(parts.length > 5 ? 1 : parts.length, parts.length)) {
                if (!part.isReadOnly() && part.hasRemaining()) {
                    part.put(part.position(), (byte) (part.get(part.position()) + 1));
                }
            }
        }
    }

    static class DiesOfWhatIsTooLarge extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    try {
                        super.append(frame, completion);
                    } catch (WalException e) {
                        if (e.reason() == Reason.TOO_LARGE) {
                            close();
                        }
                        throw e;
                    }
                }
            };
        }
    }

    static class NeverRolls extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void roll() {
                    // one segment is enough
                }
            };
        }
    }

    static class TrimsTooMuch extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public WalPosition trim(WalPosition before) {
                    return super.trim(new WalPosition(before.segment() + 1, before.offset()));
                }
            };
        }
    }

    static class NeverTrims extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public WalPosition trim(WalPosition before) {
                    return recovery().start();
                }
            };
        }
    }

    static class ClosesNothing extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void close() {
                    // goes on
                }
            };
        }
    }

    /** Closes a writer without waiting for what is slow: frames of about 40,000 bytes, which one test of the kit has. */
    static class CallsBackAfterClose extends ZooKit {
        @Override
        WalStore breaking(WalStore right) {
            List<Runnable> slow = new ArrayList<>();
            return new ForwardingWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    return new ForwardingWalWriter(right.open(log, epoch)) {
                        @Override
                        public void append(WalFrame frame, Completion completion) {
                            boolean late = frame.length() / 1000 == 40;
                            super.append(frame, instead(completion, at -> {
                                if (late) {
                                    slow.add(() -> completion.durable(at));
                                } else {
                                    completion.durable(at);
                                }
                            }));
                        }
                    };
                }

                @Override
                public void close() {
                    super.close();
                    slow.forEach(Runnable::run);
                    slow.clear();
                }
            };
        }
    }

    /** Looks into what it stores. */
    static class WantsContents extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    int bytes = 0;
                    for (ByteBuffer part : List.of(frame.encode(end())).subList(1, frame.encode(end()).length)) {
                        bytes += part.remaining();
                    }
                    if (bytes == 0) {
                        throw new WalException(Reason.UNSUPPORTED, "a frame without contents");
                    }
                    super.append(frame, completion);
                }
            };
        }
    }

    static class KnowsOneThread extends ZooKit {
        @Override
        WalWriter writing(WalWriter right) {
            Thread opened = Thread.currentThread();
            return new ForwardingWalWriter(right) {
                @Override
                public WalPosition trim(WalPosition before) {
                    assertThat(Thread.currentThread()).isSameAs(opened);
                    return super.trim(before);
                }
            };
        }
    }
}
