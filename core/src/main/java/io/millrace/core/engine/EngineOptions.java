// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.OnRecordError;
import io.millrace.core.encryption.EncryptionOptions;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import java.time.Duration;
import java.util.List;

/** Every setting of the engine, in the order in which {@code docs/configuration.md} lists them. */
public final class EngineOptions {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    public static final ConfigOption<String> SCHEDULER = ConfigOption.text(
                    "scheduler", "which scheduler runs the jobs; its own settings are below 'scheduler.'")
            .withDefault("local");
    public static final ConfigOption<Duration> BLOCK_INTERVAL = ConfigOption.duration(
                    "block.interval",
                    Duration.ofMillis(1),
                    "how long a receiver's records are collected at most before" + " they are written to the log")
            .withDefault("20ms");
    public static final ConfigOption<Long> BLOCK_MAX_BYTES = ConfigOption.size(
                    "block.max-bytes", 4 * KIB, 64 * MIB, "how large a block grows before it is written to the log")
            .withDefault("1MiB");
    public static final ConfigOption<Long> RECORD_MAX_BYTES = ConfigOption.size(
                    "record.max-bytes", KIB, 64 * MIB, "the largest record that a receiver may append")
            .withDefault("8MiB");
    public static final ConfigOption<Long> BLOCK_MEMORY = ConfigOption.size(
            "block.memory",
            0,
            1024 * GIB,
            "how many bytes of blocks that wait for their batch are kept in memory; the others are read from the"
                    + " log; 256MiB or an eighth of the heap, whichever is less, unless it is set");
    public static final ConfigOption<Long> BATCH_MAX_BYTES = ConfigOption.size(
            "batch.max-bytes",
            64 * KIB,
            1024 * GIB,
            "how many bytes of receivers' blocks a batch takes at most, and at least one block; what is more waits for"
                    + " the next; an eighth of the heap, unless it is set");
    public static final ConfigOption<Long> MAX_UNACKNOWLEDGED = ConfigOption.size(
            "receiver.max-unacknowledged",
            64 * KIB,
            16 * GIB,
            "how many bytes of a receiver may be on their way to the log before it is held back; unless it is set,"
                    + " the least of 16MiB, a sixteenth of the heap, and a quarter of the heap divided by the number of"
                    + " inputs");
    public static final ConfigOption<Long> MAX_BACKLOG = ConfigOption.size(
                    "receiver.max-backlog",
                    MIB,
                    1024 * GIB,
                    "how many bytes may be in the log and not yet processed before receivers are held back")
            .withDefault("1GiB");
    public static final ConfigOption<Long> RECEIVER_MAX_RATE = ConfigOption.number(
                    "receiver.max-rate",
                    0,
                    Long.MAX_VALUE,
                    "records per second that each receiver takes; 0 for no limit")
            .withDefault("0");
    public static final ConfigOption<Duration> CALL_TIMEOUT = ConfigOption.duration(
                    "receiver.call-timeout",
                    Duration.ofMillis(10),
                    "how long a call into a receiver may take before it counts as hung and is replaced")
            .withDefault("30s");
    public static final ConfigOption<Long> DIRECT_INITIAL_RATE = ConfigOption.number(
                    "direct.initial-rate",
                    1,
                    Long.MAX_VALUE,
                    "records per second that the first batch of a direct stream reads at most; later ones follow what"
                            + " was achieved")
            .withDefault("1000000");
    public static final ConfigOption<Long> DIRECT_MAX_RATE = ConfigOption.number(
                    "direct.max-rate",
                    0,
                    Long.MAX_VALUE,
                    "records per second that a direct stream reads at most; 0 for no limit")
            .withDefault("0");
    public static final ConfigOption<Duration> OUTPUT_RETRY_FOR = ConfigOption.duration(
                    "output.retry-for",
                    Duration.ZERO,
                    "how long an output is called again when it fails with what may pass by itself, such as a database that"
                            + " restarts, before its policy applies; 0ms for not at all")
            .withDefault("2min");
    public static final ConfigOption<Duration> OUTPUT_FINISH_TIMEOUT = ConfigOption.duration(
                    "output.finish-timeout",
                    Duration.ofMillis(1),
                    "how long a sink is asked again to make visible what is committed before the program stops; the next"
                            + " start goes on with it")
            .withDefault("2min");
    public static final ConfigOption<Long> LEDGER_SNAPSHOT_AFTER = ConfigOption.size(
                    "ledger.snapshot-after",
                    4 * KIB,
                    GIB,
                    "how many bytes of facts are written before the ledger is summed up and cut; bounds recovery")
            .withDefault("8MiB");
    public static final ConfigOption<Long> STATE_SNAPSHOT_AFTER = ConfigOption.size(
                    "state.snapshot-after",
                    4 * KIB,
                    1024 * GIB,
                    "how many bytes of changes, and at least twice the size of the last snapshot, are written before a"
                            + " state is written as a whole; bounds recovery")
            .withDefault("64MiB");
    public static final ConfigOption<Long> RECOVERY_MAX_UNCOVERED = ConfigOption.size(
                    "recovery.max-uncovered",
                    64 * KIB,
                    1024 * GIB,
                    "how many bytes of facts and of changes of states, or at least twice what the snapshots have, may be in"
                            + " no snapshot yet, and are replayed by the next start; from three quarters of that on states"
                            + " are written whole, at it batches wait until they are")
            .withDefault("128MiB");
    public static final ConfigOption<Duration> WATCHDOG_STUCK_AFTER = ConfigOption.duration(
                    "watchdog.stuck-after",
                    Duration.ZERO,
                    "how long a receiver's call, a task, an output, a listener, a log or a stop may make no progress before"
                            + " it is reported with where its thread is; 0ms to look at nothing")
            .withDefault("60s");
    public static final ConfigOption<String> STATE_STORE = ConfigOption.text(
            "state.store",
            "where keys of states go that do not fit `state.memory`, such as `mvstore`; its own settings are below"
                    + " 'state.store.'; all keys are in memory, unless it is set");
    public static final ConfigOption<Long> STATE_MEMORY = ConfigOption.size(
            "state.memory",
            KIB,
            1024 * GIB,
            "how many bytes of state are kept in memory if there is a `state.store`; 256MiB or a quarter of the"
                    + " heap, whichever is less, unless it is set");
    public static final ConfigOption<Long> LISTENER_QUEUE_SIZE = ConfigOption.number(
                    "listener.queue-size",
                    16,
                    10_000_000,
                    "how many events wait for a slow listener before events are" + " dropped for it")
            .withDefault("10000");

    public static final ConfigOption<OnRecordError> RECORDS_ON_ERROR = ConfigOption.oneOf(
                    "records.on-error",
                    OnRecordError.class,
                    "what to do with an element on which a function of an operator throws. stop: its task fails, is"
                            + " tried again, and stops the program in the end. skip: the batch leaves it out and reports it."
                            + " dead-letter: the batch leaves it out and writes it to a file. An output may say otherwise")
            .withDefault("stop");
    public static final ConfigOption<String> DEAD_LETTERS_DIRECTORY = ConfigOption.text(
            "dead-letters.directory",
            "where the files of dead letters are, in a directory for each program; a directory `dead-letters` beside a"
                    + " checkpoint that is a directory, unless it is set");
    public static final ConfigOption<Long> DEAD_LETTERS_MAX_BYTES = ConfigOption.size(
                    "dead-letters.max-bytes-per-batch",
                    KIB,
                    GIB,
                    "how many bytes of dead letters a batch may have; one with more stops the program")
            .withDefault("16MiB");

    public static final ConfigOption<Long> OUTPUTS_CONCURRENT = ConfigOption.number(
                    "outputs.concurrent",
                    1,
                    1_000,
                    "how many outputs of a batch are called at once; with 1, one after the other in order of declaration")
            .withDefault("1");
    public static final ConfigOption<Long> BATCHES_CONCURRENT = ConfigOption.number(
                    "batches.concurrent",
                    1,
                    1_000,
                    "how many batches of a program without state are computed at once; their outputs are called in order"
                            + " of batch time all the same")
            .withDefault("1");

    public static final ConfigOption<Jobs> BATCH_JOBS = ConfigOption.oneOf(
                    "batch.jobs",
                    Jobs.class,
                    "whether all outputs of a batch are computed together, while those of the batch before are called, or"
                            + " one by one, as in Spark: each after the one above it has returned, and the first after the"
                            + " batch before, so that operators see what outputs did")
            .withDefault("together");
    public static final ConfigOption<MissedTicks> BATCH_MISSED_TICKS = ConfigOption.oneOf(
                    "batch.missed-ticks",
                    MissedTicks.class,
                    "what to do with batch times that pass while batches are late. coalesce: one batch for all of"
                            + " them, except where a window is due. run: a batch for each, as in Spark")
            .withDefault("coalesce");

    public static final ConfigOption<Boolean> EVENTS_AHEAD_ARE_LATE = ConfigOption.flag(
                    "events.ahead-are-late",
                    "whether elements whose event times are further ahead of their batch than `EventTime.maxAhead` move no"
                            + " watermark and go to `lateRecords`; false where the program's clock says nothing about them,"
                            + " as in tests and in replays of data that was made up")
            .withDefault("true");

    public static final ConfigOption<IfRunning> START_IF_RUNNING = ConfigOption.oneOf(
                    "start.if-running",
                    IfRunning.class,
                    "what a start does when another process runs the program: take over, which a log store that only locks"
                            + " refuses while the other lives, or wait until it is gone")
            .withDefault("take-over");
    public static final ConfigOption<Duration> START_TAKE_OVER_AFTER = ConfigOption.duration(
                    "start.take-over-after",
                    Duration.ofMillis(100),
                    "how long a program that another process waits for must have written nothing, on a log store that"
                            + " fences, before it counts as gone; at least three of its batch intervals")
            .withDefault("10s");
    public static final ConfigOption<Boolean> START_ACCEPT_LOST_STATE = ConfigOption.flag(
                    "start.accept-lost-state",
                    "start although the program loses something that it had: begin an input anew of which the checkpoint"
                            + " knows nothing though the source shows that the program has read it, or read it again from"
                            + " where an older copy of the checkpoint goes to, or leave out of batches that are to be run"
                            + " again the inputs that are not declared any more, or go on with a state that lacks what"
                            + " versions have read that did not declare it, or write batches after the checkpoint's last one"
                            + " though the target of an output has later ones, or begin anew though the target of an output"
                            + " belongs to another checkpoint")
            .withDefault("false");
    public static final ConfigOption<OnShutdown> STOP_ON_SHUTDOWN = ConfigOption.oneOf(
                    "stop.on-shutdown",
                    OnShutdown.class,
                    "what a program does when its JVM ends (SIGTERM, Ctrl-C, System.exit): process and commit what was"
                            + " received, abandon the batch under way to the next start, or nothing")
            .withDefault("graceful");
    public static final ConfigOption<Duration> STOP_DEADLINE = ConfigOption.duration(
                    "stop.deadline",
                    Duration.ofMillis(1),
                    "how long a stop may take that the end of the JVM or a request in a file brings; what is not done by"
                            + " then is done by the next start")
            .withDefault("25s");
    public static final ConfigOption<String> STOP_REQUEST_FILE = ConfigOption.text(
            "stop.request-file",
            "the file that asks the program to stop as soon as it is there; `STOP` in a checkpoint that is a"
                    + " directory, unless it is set");

    /** What a start does when another process runs the program. */
    public enum IfRunning {
        /** Claim the logs. */
        TAKE_OVER,
        /** Stand by. */
        WAIT
    }

    /** What a program does when its JVM ends. */
    public enum OnShutdown {
        /** {@code stopGracefully}. */
        GRACEFUL,
        /** {@code stop}. */
        NOW,
        /** Nothing. */
        OFF
    }

    /** How many jobs a batch has, and what they wait for. */
    public enum Jobs {
        /** One, which nothing waits for but its outputs. */
        TOGETHER,
        /** One for each output, after the output before it. */
        ONE_BY_ONE
    }

    /** What becomes of batch times that pass while batches are late. */
    public enum MissedTicks {
        /** The newest gets a batch, and those at which a window is due. */
        COALESCE,
        /** Each gets one. */
        RUN
    }

    private EngineOptions() {}

    /** All of them, and the prefixes below which plugins have theirs. */
    public static ConfigSpec spec() {
        return new ConfigSpec(
                List.of(
                        SCHEDULER,
                        BATCH_MISSED_TICKS,
                        BATCH_JOBS,
                        EVENTS_AHEAD_ARE_LATE,
                        BATCH_MAX_BYTES,
                        BATCHES_CONCURRENT,
                        OUTPUTS_CONCURRENT,
                        RECORDS_ON_ERROR,
                        DEAD_LETTERS_DIRECTORY,
                        DEAD_LETTERS_MAX_BYTES,
                        EncryptionOptions.KEY_FILE,
                        EncryptionOptions.KEY_ENV,
                        EncryptionOptions.ACCEPT_PLAIN,
                        BLOCK_INTERVAL,
                        BLOCK_MAX_BYTES,
                        RECORD_MAX_BYTES,
                        BLOCK_MEMORY,
                        MAX_UNACKNOWLEDGED,
                        MAX_BACKLOG,
                        RECEIVER_MAX_RATE,
                        CALL_TIMEOUT,
                        DIRECT_INITIAL_RATE,
                        DIRECT_MAX_RATE,
                        OUTPUT_RETRY_FOR,
                        OUTPUT_FINISH_TIMEOUT,
                        LEDGER_SNAPSHOT_AFTER,
                        STATE_SNAPSHOT_AFTER,
                        RECOVERY_MAX_UNCOVERED,
                        WATCHDOG_STUCK_AFTER,
                        STATE_STORE,
                        STATE_MEMORY,
                        LISTENER_QUEUE_SIZE,
                        START_IF_RUNNING,
                        START_TAKE_OVER_AFTER,
                        START_ACCEPT_LOST_STATE,
                        STOP_ON_SHUTDOWN,
                        STOP_DEADLINE,
                        STOP_REQUEST_FILE),
                List.of("scheduler.", "wal.", "listener.", "state.store."));
    }
}
