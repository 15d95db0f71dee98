// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.EncryptionOptions;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.log.CommitLog;
import io.millrace.core.log.LogOptions;
import io.millrace.core.log.LogState;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.core.state.States;
import io.millrace.core.watch.Conditions;
import io.millrace.core.watch.Sighting;
import io.millrace.core.watch.Watchdog;
import io.millrace.core.watch.Works;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalStoreProvider;
import java.net.URI;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of a program: one epoch, claimed through the ledger, and three logs opened with it.
 *
 * @param epoch the program's epoch
 * @param place where they are, for people
 * @param ledger facts
 * @param data blocks
 * @param state changes of state
 * @param encryption what their entries are on the medium
 */
public record Logs(long epoch, String place, CommitLog ledger, CommitLog data, CommitLog state, Encryption encryption) {
    /** The name of the log of blocks. */
    static final String DATA = "data";

    private static final Logger LOG = LoggerFactory.getLogger(Logs.class);
    private static final URI MEMORY = URI.create("mem:///");

    /** Claims the epoch and opens the logs; {@code resources} closes what was opened. */
    static Logs open(
            Program program, ProviderRegistry providers, TargetCheck targets, Resources resources, Watchdog watchdog) {
        Encryption encryption = EncryptionOptions.read(program.settings()); // before anything is claimed
        URI location = program.checkpoint() == null ? MEMORY : program.checkpoint();
        String scheme = location.getScheme() == null ? "file" : location.getScheme();
        Found<WalStoreProvider> found = providers.find(WalStoreProvider.class, scheme);
        EnginePluginContext context = resources.add(
                "log store context", program.context(found, "wal", program.below("wal."), program.onFailure()));
        WalStore store = resources.add(
                "log store",
                PluginCall.of(
                        found,
                        "open the log store at " + location,
                        provider -> ClassLoaderSafe.walStore(provider.open(location, context), found.loader())));
        long epoch = new Standby(program, store, encryption, targets).claim();
        if (encryption != Encryption.NONE) {
            LOG.info("The logs of program '{}' are {}", program.id(), encryption);
        }
        CommitLog ledger = open(program, store, Ledger.LOG, epoch, encryption, resources, watchdog);
        CommitLog data = open(program, store, DATA, epoch, encryption, resources, watchdog);
        CommitLog state = open(program, store, States.LOG, epoch, encryption, resources, watchdog);
        resources.add(
                "watch over the logs",
                OwnershipWatch.begin(program.clock(), store.capabilities(), ledger, data, state));
        return new Logs(epoch, location.toString(), ledger, data, state, encryption);
    }

    private static CommitLog open(
            Program program,
            WalStore store,
            String log,
            long epoch,
            Encryption encryption,
            Resources resources,
            Watchdog watchdog) {
        AtomicReference<@Nullable Thread> committer = new AtomicReference<>();
        ThreadFactory threads = program.threads(log);
        MicrometerMetrics metrics = new MicrometerMetrics(program.meters(), program.id(), log);
        LogOptions defaults = LogOptions.defaults(
                        log,
                        task -> {
                            Thread thread = threads.newThread(task);
                            committer.compareAndSet(null, thread); // the first one; another trims
                            return thread;
                        },
                        program.clock(),
                        metrics)
                .withEncryption(encryption)
                .withListener((name, state, cause) -> {
                    if (state == LogState.FAILED && cause != null) {
                        program.onFailure().accept(cause); // though nobody may be waiting for an answer
                    }
                });
        // a batch waits for its facts and its state, a receiver only for its source's patience
        LogOptions options = log.equals(DATA) ? defaults : defaults.asUrgent();
        program.starting().check();
        try (Works.Work opening = watchdog.begin(() -> "opening log '" + log + "'")) {
            CommitLog opened = resources.add("log '" + log + "'", CommitLog.open(store, log, epoch, options));
            watchdog.watch(into -> look(program, log, opened, committer.get(), into));
            watchdog.watch(Conditions.LOG_WAITS, "log '" + log + "'", opened::trouble);
            return opened;
        }
    }

    /** A log to which something was appended, and which has not become longer. */
    private static void look(
            Program program, String name, CommitLog log, @Nullable Thread committer, Consumer<Sighting> into) {
        if (log.unacknowledgedBytes() > 0) {
            into.accept(new Sighting(
                    "log '" + name + "', which makes appends durable",
                    log.end(),
                    () -> log.unacknowledgedBytes() + " bytes wait for its store, the log is " + log.state(),
                    committer,
                    "millrace-" + program.id() + "-wal-"));
        }
    }
}
