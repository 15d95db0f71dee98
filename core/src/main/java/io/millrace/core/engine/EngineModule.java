// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingEvent;
import io.millrace.api.listener.StreamingListener;
import io.millrace.core.block.BlockArrays;
import io.millrace.core.block.BlockSettings;
import io.millrace.core.call.Patient;
import io.millrace.core.graph.Node;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.listener.ListenerBus;
import io.millrace.core.metrics.MicrometerMetrics;
import io.millrace.core.plan.CompiledPlan;
import io.millrace.core.plan.RecordErrors;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.core.receiver.ReceiverInput;
import io.millrace.core.receiver.ReceiverSettings;
import io.millrace.core.receiver.ReceiverSupervisor;
import io.millrace.core.sink.SinkOutput;
import io.millrace.core.sink.Sinks;
import io.millrace.core.state.StateLoader;
import io.millrace.core.state.StateTables;
import io.millrace.core.state.States;
import io.millrace.core.watch.Conditions;
import io.millrace.core.watch.TaskWatch;
import io.millrace.core.watch.Watchdog;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.receiver.ReceiverProvider;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerProvider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a running program is put together, once per start. What is opened here is handed to {@link Resources} in the
 * same breath, so that a start that fails half-way leaves nothing behind. Members are package-private: Guice cannot call
 * public ones of a package that is not exported.
 */
final class EngineModule extends AbstractModule {
    private static final long KEPT_ARRAYS = 64L << 20;

    private final Program program;
    private final ProviderRegistry providers;
    private final Map<Node.Source, DirectOpening> openings;
    private final Resources resources;
    private final ListenerBus listeners;
    private final Conditions conditions;
    private final Watchdog watchdog;
    private final Consumer<Throwable> onFailure;
    /** Of the logs, which are opened after those that ask. */
    private final AtomicReference<SinkOutput.Ownership> ownership = new AtomicReference<>(() -> {});

    private final MemoryLimits limits;

    EngineModule(
            Program program,
            ProviderRegistry providers,
            Map<Node.Source, DirectOpening> openings,
            Resources resources,
            ListenerBus listeners,
            Conditions conditions,
            Watchdog watchdog) {
        this.program = program;
        this.providers = providers;
        this.openings = openings;
        this.resources = resources;
        this.listeners = listeners;
        this.conditions = conditions;
        this.watchdog = watchdog;
        this.onFailure = program.onFailure();
        long heap = Runtime.getRuntime().maxMemory();
        int inputs = program.graph().nodes(Node.Source.class).size();
        this.limits = MemoryLimits.of(program.settings(), inputs, heap);
        limits.check(program.id(), program.settings(), inputs, heap);
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireExactBindingAnnotations();
        binder().requireAtInjectOnConstructors();
        binder().disableCircularProxies();
        bind(ProviderRegistry.class).toInstance(providers);
        bind(Watchdog.class).toInstance(watchdog);
    }

    @Provides
    @Singleton
    ListenerBus listeners(ProviderRegistry providers) {
        Map<String, Found<ListenerProvider>> byName = providers.all(ListenerProvider.class);
        Map<String, String> left = new TreeMap<>(program.below("listener."));
        left.keySet().removeIf(key -> EngineOptions.LISTENER_QUEUE_SIZE.key().equals("listener." + key));
        for (Map.Entry<String, Found<ListenerProvider>> entry : byName.entrySet()) {
            String name = entry.getKey();
            Found<ListenerProvider> found = entry.getValue();
            Map<String, String> own = program.below("listener." + name + ".");
            left.keySet().removeIf(key -> key.startsWith(name + "."));
            if (!"false".equals(own.remove("enabled"))) {
                EnginePluginContext context = resources.add(
                        "context of listener '" + name + "'", program.context(found, "listener-" + name, own));
                StreamingListener listener = PluginCall.of(
                        found,
                        "create listener '" + name + "'",
                        provider -> ClassLoaderSafe.listener(provider.create(context), found.loader()));
                if (listener instanceof AutoCloseable closeable) {
                    resources.add("listener '" + name + "'", closeable);
                }
                listeners.add(listener, context.threads());
            }
        }
        if (!left.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.USER_CONFIG,
                    "unknown setting 'listener." + left.keySet().iterator().next() + "': there is "
                            + EngineOptions.LISTENER_QUEUE_SIZE.key() + ", and the settings of the listeners "
                            + byName.keySet());
        }
        resources.add("listeners", (Patient) listeners::close);
        resources
                .add("listeners' meters", new MicrometerMetrics(program.meters(), program.id(), "listeners"))
                .gauge("listener.dropped", listeners, ListenerBus::dropped);
        return listeners;
    }

    @Provides
    @Singleton
    EngineThread engineThread(ListenerBus unusedButOpenedBefore) {
        EngineThread thread = new EngineThread(program.threads("engine"));
        thread.onFailure(onFailure);
        watchdog.watch(into -> thread.look("the engine's thread, which owns the ledger", into));
        return resources.add("engine thread", thread);
    }

    @Provides
    @Singleton
    Sinks sinks(ProviderRegistry providers, EngineThread unusedButOpenedBefore) {
        return SinkOpening.open(
                program, providers, () -> requireNonNull(ownership.get()).verify(), resources);
    }

    @Provides
    @Singleton
    TargetCheck targets(Sinks sinks) {
        return new TargetCheck(program, sinks);
    }

    @Provides
    @Singleton
    Logs logs(ProviderRegistry providers, TargetCheck targets) {
        Logs logs = Logs.open(program, providers, targets, resources, watchdog);
        ownership.set(logs.ledger()::verifyOwnership);
        return logs;
    }

    @Provides
    @Singleton
    Ledger ledger(Logs logs) {
        long begun = program.clock().nanos();
        long snapshotAfter = RecoveryLimit.ledgerSnapshotAfter(
                program.settings().get(EngineOptions.RECOVERY_MAX_UNCOVERED),
                program.settings().get(EngineOptions.LEDGER_SNAPSHOT_AFTER));
        Ledger ledger = replay(logs, snapshotAfter);
        ledger.state().checkOwner(program.id(), logs.place());
        SavepointStart.begin(program, ledger, logs);
        LostState lost = new LostState(program, logs, ledger);
        lost.checkPlanned();
        lost.checkStates();
        Duration took = Duration.ofNanos(program.clock().nanos() - begun);
        listeners.post(new StreamingEvent.RecoveryCompleted(
                Instant.ofEpochMilli(program.clock().millis()),
                ledger.replayed(),
                ledger.state().waiting().size(),
                ledger.state().planned().keySet().stream()
                        .map(Instant::ofEpochMilli)
                        .toList(),
                took));
        return ledger;
    }

    private Ledger replay(Logs logs, long snapshotAfter) {
        try (RecoveryProgress progress = new RecoveryProgress(
                program.id(), "ledger", logs.ledger().replayBytes(), program.clock(), program.starting())) {
            return new Ledger(logs.ledger(), snapshotAfter, progress::add, onFailure::accept);
        }
    }

    @Provides
    @Singleton
    StateTables stateTables(ProviderRegistry providers, Logs logs) {
        return StateStoreOpening.open(program, providers, logs, resources, limits.state());
    }

    /** Is closed before what its tasks use. */
    @Provides
    @Singleton
    Scheduler scheduler(ProviderRegistry providers, StateTables unusedButOpenedBefore) {
        String name = program.settings().get(EngineOptions.SCHEDULER);
        Found<SchedulerProvider> found = providers.find(SchedulerProvider.class, name);
        EnginePluginContext context = resources.add(
                "scheduler context", program.context(found, "task", program.below("scheduler."), onFailure));
        Scheduler scheduler = PluginCall.of(
                found,
                "create scheduler '" + name + "'",
                provider -> ClassLoaderSafe.scheduler(provider.create(context), found.loader()));
        resources.add("scheduler '" + name + "'", new PatientClosing(scheduler, program.threads("close")));
        return scheduler;
    }

    @Provides
    @Singleton
    TaskWatch tasks(Scheduler scheduler) {
        TaskWatch tasks = new TaskWatch(scheduler.capabilities().parallelism(), watchdog.isOn());
        watchdog.watch(tasks);
        return tasks;
    }

    @Provides
    @Singleton
    States states() {
        return new States(
                program.graph().states(),
                program.graph()::placeOf,
                program.graph().accumulators());
    }

    @Provides
    @Singleton
    RecordErrors errors() {
        return new RecordErrors(
                program.graph(),
                program.settings().get(EngineOptions.RECORDS_ON_ERROR),
                program.settings().get(EngineOptions.DEAD_LETTERS_MAX_BYTES));
    }

    @Provides
    @Singleton
    DeadLetters letters(RecordErrors errors, Ledger ledger, Logs logs, ListenerBus bus) {
        return DeadLetters.open(program, errors, logs.epoch(), ledger.state().lastCommitted(), bus);
    }

    @Provides
    @Singleton
    CompiledPlan plan(
            Scheduler scheduler, States states, StateTables tables, Ledger ledger, Logs logs, RecordErrors errors) {
        JobsSetting.check(program, scheduler);
        CompiledPlan plan = CompiledPlan.compile(
                program.graph(),
                scheduler.capabilities().parallelism(),
                program.loader(),
                errors,
                JobsSetting.oneByOne(program.settings()));
        long bytes = states.bytes(ledger.state());
        int threads = Runtime.getRuntime().availableProcessors();
        try (RecoveryProgress progress =
                        new RecoveryProgress(program.id(), "state", bytes, program.clock(), program.starting());
                StateLoader loader = new StateLoader(threads, program.threads("recover"), progress::add)) {
            states.load(ledger.state(), logs.state(), plan.statePartitions(), tables, loader);
        }
        return plan;
    }

    @Provides
    @Singleton
    SinkFinisher finisher(Sinks sinks, TargetCheck targets, Ledger ledger, Logs logs, EngineThread engine) {
        EngineThread thread = new EngineThread(program.threads("finish"));
        thread.onFailure(onFailure);
        return resources.add(
                "finisher of outputs",
                new SinkFinisher(program, logs.epoch(), sinks, targets, ledger, engine, thread, watchdog, onFailure));
    }

    @Provides
    @Singleton
    OutputRunner outputs(
            CompiledPlan plan, Logs logs, Sinks sinks, RecordErrors errors, DeadLetters letters, ListenerBus bus) {
        long most = Math.min(plan.outputs().size(), program.settings().get(EngineOptions.OUTPUTS_CONCURRENT));
        List<EngineThread> threads = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            EngineThread thread = resources.add("output thread", new EngineThread(program.threads("output")));
            thread.onFailure(onFailure);
            threads.add(thread);
        }
        return new OutputRunner(
                program, logs.epoch(), plan.outputs(), sinks, errors, letters, bus, threads, watchdog, conditions);
    }

    @Provides
    @Singleton
    BlockArrays arrays() {
        return new BlockArrays(KEPT_ARRAYS, BlockArrays.class.desiredAssertionStatus());
    }

    @Provides
    @Singleton
    BlockCache blocks(Logs logs, BlockArrays arrays) {
        return new BlockCache(logs.data(), arrays, limits.blocks());
    }

    @Provides
    @Singleton
    ReceiverInputs receivers(
            ProviderRegistry providers,
            EngineThread engine,
            Ledger ledger,
            Logs logs,
            BlockCache blocks,
            BlockArrays arrays,
            ListenerBus bus) {
        ReceiverInputs inputs = new ReceiverInputs(
                engine,
                ledger,
                logs.data(),
                blocks,
                arrays,
                program.clock(),
                program.settings().get(EngineOptions.MAX_BACKLOG),
                gap -> Gaps.report(gap, program.clock(), bus),
                onFailure);
        for (Node.Source node : program.graph().nodes(Node.Source.class)) {
            if (!SourceProviders.isDirect(providers, node)) {
                inputs.add(
                        node, supervisor(providers, node, inputs, arrays, bus, new LostState(program, logs, ledger)));
            }
        }
        return inputs;
    }

    private ReceiverSupervisor supervisor(
            ProviderRegistry providers,
            Node.Source node,
            ReceiverInputs inputs,
            BlockArrays arrays,
            ListenerBus bus,
            LostState lost) {
        Found<ReceiverProvider> found = SourceProviders.find(providers, ReceiverProvider.class, node);
        AtomicReference<@Nullable ReceiverSupervisor> made = new AtomicReference<>();
        EnginePluginContext context = resources.add(
                "context of '" + node.stream() + "'",
                program.context(found, node.stream(), node.settings(), death -> replace(made.get(), death)));
        PluginCall.of(found, "validate input '" + node.stream() + "'", provider -> {
            provider.validate(context);
            lost.check(node, () -> provider.published(context));
            return true;
        });
        ReceiverInput input = new ReceiverInput(
                node.stream(),
                node.provider(),
                () -> PluginCall.of(
                        found,
                        "create receiver '" + node.stream() + "'",
                        provider -> ClassLoaderSafe.receiver(provider.create(context), found.loader())),
                context.threads());
        ReceiverSupervisor supervisor = new ReceiverSupervisor(
                input, receiverSettings(), inputs, bus::post, program.clock(), new Random(), arrays);
        made.set(supervisor);
        watchdog.watch(supervisor);
        watchdog.watch(Conditions.INPUT_TROUBLE, "input '" + node.stream() + "'", supervisor::trouble);
        return supervisor;
    }

    /** A receiver one of whose threads has died may never bring anything again. */
    private static void replace(@Nullable ReceiverSupervisor supervisor, Throwable death) {
        if (supervisor != null) {
            supervisor.restart(supervisor.incarnation(), "a thread of it died: " + death);
        }
    }

    private ReceiverSettings receiverSettings() {
        BlockSettings blocks = new BlockSettings(
                Math.toIntExact(program.settings().get(EngineOptions.BLOCK_MAX_BYTES)),
                Math.toIntExact(program.settings().get(EngineOptions.RECORD_MAX_BYTES)),
                program.settings().get(EngineOptions.RECEIVER_MAX_RATE));
        return new ReceiverSettings(
                blocks,
                program.settings().get(EngineOptions.BLOCK_INTERVAL),
                limits.unacknowledged(),
                program.settings().get(EngineOptions.CALL_TIMEOUT));
    }

    @Provides
    @Singleton
    Inputs inputs(Ledger ledger, Logs logs, ReceiverInputs receivers, BlockCache blocks) {
        List<DirectInput> direct = new ArrayList<>();
        openings.forEach((node, opening) -> {
            RateController rate = new RateController(
                    program.interval(),
                    program.settings().get(EngineOptions.DIRECT_INITIAL_RATE),
                    program.settings().get(EngineOptions.DIRECT_MAX_RATE));
            DirectSource source = opening.take();
            direct.add(resources.add("input '" + node.stream() + "'", new DirectInput(node, source, rate)));
            new LostState(program, logs, ledger).check(node, source::published);
            watchdog.watch(Conditions.INPUT_TROUBLE, "input '" + node.stream() + "'", source::trouble);
        });
        return new Inputs(ledger, receivers, direct, blocks, limits.batch());
    }

    @Provides
    @Singleton
    StateWriter stateWriter(EngineThread engine, Ledger ledger, Logs logs, States states) {
        long snapshotAfter = program.settings().get(EngineOptions.STATE_SNAPSHOT_AFTER);
        long maxUncovered = program.settings().get(EngineOptions.RECOVERY_MAX_UNCOVERED);
        StateCarrier carrier = resources.add(
                "copying of states",
                new StateCarrier(engine, ledger, logs.state(), program.threads("state-copy"), onFailure));
        return new StateWriter(engine, ledger, logs.state(), states, snapshotAfter, maxUncovered, carrier, onFailure);
    }

    @Provides
    @Singleton
    RecoveryLimit recoveryLimit(Ledger ledger, StateWriter states) {
        RecoveryLimit made = new RecoveryLimit(
                program.settings().get(EngineOptions.RECOVERY_MAX_UNCOVERED), ledger, states, conditions);
        resources
                .add("recovery's meters", new MicrometerMetrics(program.meters(), program.id(), "recovery"))
                .gauge("recovery.uncovered", made, RecoveryLimit::uncovered);
        return made;
    }

    @Provides
    @Singleton
    BatchJobs jobs(
            EngineThread engine,
            Logs logs,
            StateWriter stateWriter,
            TaskWatch tasks,
            States states,
            CompiledPlan plan,
            Scheduler scheduler,
            Inputs inputs,
            ListenerBus bus) {
        return new BatchJobs(
                program,
                logs.epoch(),
                engine,
                stateWriter,
                tasks,
                states,
                new EventsAhead(program, states.watermarks(), conditions),
                plan,
                scheduler,
                inputs,
                bus);
    }

    @Provides
    @Singleton
    BatchRunner batches(
            EngineThread engine,
            Ledger ledger,
            StateWriter stateWriter,
            RecoveryLimit recovery,
            BatchJobs jobs,
            Inputs inputs,
            OutputRunner outputs,
            DeadLetters letters,
            SinkFinisher finisher,
            ListenerBus bus) {
        return new BatchRunner(
                program,
                engine,
                ledger,
                stateWriter,
                recovery,
                jobs,
                inputs,
                outputs,
                letters,
                finisher,
                bus,
                conditions,
                onFailure);
    }

    @Provides
    @Singleton
    Engine engine(
            EngineThread engine,
            Logs logs,
            Ledger ledger,
            States states,
            ReceiverInputs receivers,
            Inputs inputs,
            BatchRunner batches,
            SinkFinisher finisher,
            ListenerBus bus) {
        return new Engine(
                program, resources, engine, logs, ledger, states, receivers, inputs, batches, finisher, bus, watchdog);
    }
}
