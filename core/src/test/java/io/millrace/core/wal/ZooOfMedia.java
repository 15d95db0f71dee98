// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.wal;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Outcome;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.spi.wal.WalFrame;
import io.millrace.spi.wal.WalPosition;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalState;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import io.millrace.spi.wal.WriterIdentity;
import io.millrace.testkit.wal.ForwardingWalStore;
import io.millrace.testkit.wal.ForwardingWalWriter;
import io.millrace.testkit.wal.WalMedium;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stores that meet one thing of their medium in a wrong way each. The memory below them does not fail: what a test does to
 * it is remembered, and the store is as wrong about it as its name says.
 */
final class ZooOfMedia {
    private ZooOfMedia() {}

    /** A medium to which one thing can happen, and a note of whether it has. */
    abstract static class OneThing extends ZooKit implements WalMedium {
        boolean happened;

        @Override
        public RuntimeException without(String method) {
            return new CannotHappen("this animal has another illness");
        }

        @Override
        protected WalMedium medium() {
            return this;
        }
    }

    /** Takes whatever is in a segment for frames. */
    static class ShowsTornAppends extends OneThing {
        @Override
        public void cut(String log, long segment, long length) {
            happened = true;
        }
    }

    /** Ends the log at the first frame that is damaged, though later ones say that it was durable. */
    static class CutsWhatIsDamaged extends OneThing {
        @Override
        public void flip(String log, long segment, long offset) {
            happened = true;
        }
    }

    /** Reads all of the log to find its end. */
    static class LooksAtEverySegment extends OneThing {
        private long damaged;

        @Override
        public void flip(String log, long segment, long offset) {
            happened = true;
            damaged = segment;
        }

        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    if (happened) {
                        throw new WalException(Reason.CORRUPT, "log 'data' is damaged in segment " + damaged);
                    }
                    return right.open(log, epoch);
                }
            };
        }
    }

    static class ChokesOnWhatWasBegun extends OneThing {
        @Override
        public void begin(String log, long segment) {
            happened = true;
        }

        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public WalWriter open(String log, long epoch) {
                    if (happened) {
                        throw new WalException(Reason.CORRUPT, "segment of log 'data' without a header");
                    }
                    return right.open(log, epoch);
                }
            };
        }
    }

    static class LeavesGaps extends OneThing {
        private long missing;

        @Override
        public void remove(String log, long segment) {
            missing = segment;
        }

        @Override
        WalReader reading(WalReader right) {
            return new ZooOfReaders.Reader(right) {
                @Override
                public List<Segment> segments() {
                    return right.segments().stream()
                            .filter(segment -> segment.id() != missing)
                            .toList();
                }
            };
        }
    }

    static class BelievesNames extends OneThing {
        private long first;
        private long second;

        @Override
        public void exchange(String log, long one, long other) {
            first = one;
            second = other;
        }

        @Override
        WalReader reading(WalReader right) {
            return new ZooOfReaders.Reader(right) {
                @Override
                public int read(long segment, long offset, ByteBuffer into) {
                    long named = segment == first ? second : segment == second ? first : segment;
                    return right.read(named, offset, into);
                }
            };
        }
    }

    /** A place with a note of its version, and of what has been done since. */
    abstract static class Versioned extends OneThing {
        final Map<String, String> notes = new TreeMap<>(Map.of("version", "1"));

        @Override
        public void writeLaterVersion(String log) {
            happened = true;
            notes.put("version", "2");
        }

        @Override
        public Map<String, String> contents() {
            return Map.copyOf(notes);
        }
    }

    static class ReadsWhatItDoesNotKnow extends Versioned {}

    static class ChangesWhatItRefuses extends Versioned {
        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public long claim(String ledger, WriterIdentity me) {
                    if (happened) {
                        notes.put("claimed", me.program());
                        throw new WalException(Reason.UNSUPPORTED, "written by a later version");
                    }
                    return right.claim(ledger, me);
                }
            };
        }
    }

    /** Removes all that lies in a log's directory with the log. */
    static class RemovesWhatIsNotItsOwn extends OneThing {
        private final Map<String, String> things = new TreeMap<>();

        @Override
        public void addStrangers(String log) {
            things.put(log + "/notes", "buy milk");
        }

        @Override
        public Map<String, String> contents() {
            return Map.copyOf(things);
        }

        @Override
        WalStore breaking(WalStore right) {
            return new ForwardingWalStore(right) {
                @Override
                public void delete(String log, long epoch) {
                    right.delete(log, epoch);
                    things.keySet().removeIf(name -> name.startsWith(log + "/"));
                }
            };
        }
    }

    /** A medium that is full for a while, and a writer that meets the append it has no room for. */
    abstract static class Filling extends OneThing {
        @Override
        public void refuse() {
            happened = true;
        }

        @Override
        public void heal() {
            happened = false;
        }

        abstract void refused(WalWriter right, WalFrame frame, WalWriter.Completion completion);

        WalState state(WalWriter right) {
            return right.state();
        }

        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    if (happened) {
                        refused(right, frame, completion);
                    } else {
                        super.append(frame, completion);
                    }
                }

                @Override
                public WalState state() {
                    return Filling.this.state(right);
                }
            };
        }
    }

    static class DiesOfAFullDisk extends Filling {
        private boolean dead;

        @Override
        void refused(WalWriter right, WalFrame frame, WalWriter.Completion completion) {
            dead = true;
            completion.failed(new WalException(Reason.FULL, "no room"));
        }

        @Override
        WalState state(WalWriter right) {
            return dead ? WalState.FAILED : right.state();
        }
    }

    static class KeepsWhatItRefused extends Filling {
        @Override
        void refused(WalWriter right, WalFrame frame, WalWriter.Completion completion) {
            right.append(frame, new WalWriter.Completion() {
                @Override
                public void durable(WalPosition at) {
                    completion.failed(new WalException(Reason.FULL, "no room"));
                }

                @Override
                public void failed(WalException failure) {
                    completion.failed(failure);
                }
            });
        }
    }

    static class DoesNotKnowWhatItRefused extends Filling {
        @Override
        void refused(WalWriter right, WalFrame frame, WalWriter.Completion completion) {
            completion.failed(new WalException(Reason.FULL, Outcome.UNKNOWN, "no room, perhaps", null));
        }
    }

    /** Asks for a sync that has failed once more, and believes the answer. */
    static class SyncsUntilItWorks extends OneThing {
        @Override
        public void failNextSync() {
            happened = true;
        }

        @Override
        public void heal() {
            happened = false;
        }
    }

    /** Says of bytes that may be anywhere that they are nowhere. */
    static class ThinksThatAFailedSyncWroteNothing extends SyncsUntilItWorks {
        @Override
        WalWriter writing(WalWriter right) {
            return new ForwardingWalWriter(right) {
                @Override
                public void append(WalFrame frame, Completion completion) {
                    if (happened) {
                        completion.failed(new WalException(Reason.TRANSIENT, "the sync failed"));
                    } else {
                        super.append(frame, completion);
                    }
                }
            };
        }
    }
}
