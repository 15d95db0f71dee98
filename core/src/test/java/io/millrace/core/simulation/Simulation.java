// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs threads one at a time. Whoever has the turn keeps it until it must wait, or until chance takes it away at one of
 * the places where another thread could see the difference; then chance says who is next among those that can go on.
 * When none can, time passes, to the next moment that somebody waits for; when nobody waits for one, the program hangs,
 * and the run fails. Everything that chance decides comes from one seed, so a seed is a run.
 */
public final class Simulation {
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int[] STRIDES = {2, 5, 20, 100, 1000};

    private final Random random;
    private final int stride;
    private final List<SimThread> threads = new ArrayList<>();
    private final List<SimThread> able = new ArrayList<>();
    private final IdentityHashMap<Object, Monitor> monitors = new IdentityHashMap<>();
    private final SimThread root;

    private int made;
    private int mostThreads;
    private long nanos;
    private long steps;
    private long trace;
    private int untilSwitch = 1;
    private @Nullable Throwable failure;
    private @Nullable AssertionError stuck;

    /** What a run consists of: everything outside of the processes that it starts. */
    @FunctionalInterface
    public interface Scenario {
        /** Runs on a thread of the simulation that belongs to no process. */
        void run(Simulation simulation) throws Exception;
    }

    /**
     * How a run went.
     *
     * @param trace of who had the turn when; the same for the same seed
     * @param steps how often somebody got the turn
     * @param elapsed the time that passed in it
     */
    public record Run(long trace, long steps, Duration elapsed) {}

    private Simulation(long seed, SimulatedClasses classes, String scenario) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.stride = STRIDES[random.nextInt(STRIDES.length)];
        this.root = new SimThread(this, null, "root", () -> runRoot(classes, scenario, seed));
        root.setContextClassLoader(classes);
    }

    /** Runs the scenario of this name, which has a public constructor that takes a seed, to its end. */
    public static Run run(long seed, SimulatedClasses classes, String scenario) {
        Simulation simulation = new Simulation(seed, classes, scenario);
        simulation.begin(simulation.root);
        simulation.root.turn.release();
        try {
            simulation.root.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (simulation.root.isAlive()) {
            throw new AssertionError(
                    "a thread waits for something that is no part of the simulation" + simulation.places());
        }
        Throwable failed = simulation.failure;
        if (failed != null) {
            throw new AssertionError(String.valueOf(failed.getMessage()), failed);
        }
        return new Run(simulation.trace, simulation.steps, Duration.ofNanos(simulation.nanos));
    }

    private void runRoot(SimulatedClasses classes, String scenario, long seed) {
        try {
            classes.scenario(scenario, seed).run(this);
        } catch (Throwable e) {
            failure = e;
        }
        stuck = null;
        for (SimThread thread : threads) {
            thread.killed |= thread != root;
        }
        while (threads.size() > 1) {
            block(() -> threads.size() == 1, Long.MAX_VALUE);
        }
    }

    // ---- for scenarios ----

    /** Starts a process, which ends with its main thread: all others are daemons. */
    public SimProcess start(String name, Runnable main) {
        SimProcess process = new SimProcess(name);
        SimThread thread = new SimThread(this, process, name + "-main", () -> {
            try {
                main.run();
            } finally {
                kill(process);
            }
        });
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        begin(thread);
        return process;
    }

    /** Ends a process, wherever its threads are, some steps from now. */
    public void killAfter(SimProcess process, int more) {
        process.killAtStep = steps + more;
    }

    /** Keeps a process from getting the turn, or lets it have it again: as stopping and continuing it does. */
    public void suspend(SimProcess process, boolean asleep) {
        process.asleep = asleep;
    }

    /** How many threads there were at most at a time. */
    public int mostThreads() {
        return mostThreads;
    }

    /** The process of the calling thread. */
    public static String processName() {
        SimProcess process = currentThread().process;
        return process == null ? "outside" : process.name;
    }

    /** Ends the process of the calling thread, which does not return. */
    public static void die() {
        SimThread me = currentThread();
        if (me.process != null) {
            me.simulation.kill(me.process);
        }
        throw new Killed();
    }

    /** Waits until something is so that threads of the simulation bring about. */
    public static void await(BooleanSupplier so) {
        current().block(so, Long.MAX_VALUE);
    }

    /** Lets time pass for the calling thread. */
    public static void pause(long duration) {
        Simulation simulation = current();
        simulation.block(() -> false, simulation.nanos + duration);
    }

    /** Lets some time pass for the calling thread, as chance wants. */
    public static void pauseUpTo(int most) {
        pause(current().random.nextInt(most));
    }

    private void kill(SimProcess process) {
        for (SimThread thread : threads) {
            thread.killed |= thread.process == process;
        }
    }

    // ---- who has the turn ----

    static Simulation current() {
        return currentThread().simulation;
    }

    static SimThread currentThread() {
        if (Thread.currentThread() instanceof SimThread thread) {
            return thread;
        }
        throw new IllegalStateException(Thread.currentThread() + " is no thread of a simulation");
    }

    /** A place where another thread could see the difference if it ran now. */
    void point() {
        SimThread me = currentThread();
        if (me.killed) {
            throw new Killed();
        }
        if (me.shielded > 0 || --untilSwitch > 0) {
            return;
        }
        untilSwitch = 1 + random.nextInt(2 * stride);
        block(() -> true, Long.MAX_VALUE);
    }

    /** Waits until something is so, or the time has come. */
    void block(BooleanSupplier until, long deadline) {
        SimThread me = currentThread();
        if (me.killed) {
            throw new Killed();
        }
        me.until = until;
        me.deadline = deadline;
        SimThread next = next();
        if (next != me) {
            next.turn.release();
            me.turn.acquireUninterruptibly();
        }
        me.until = null;
        me.deadline = Long.MAX_VALUE;
        if (me.killed) {
            throw new Killed();
        }
        if (me == root && stuck != null) {
            throw stuck;
        }
    }

    private SimThread next() {
        steps++;
        nanos += random.nextInt(2_000);
        for (SimThread thread : threads) {
            if (thread.process != null && steps >= thread.process.killAtStep) {
                kill(thread.process);
            }
        }
        for (SimThread thread : threads) {
            if (thread.killed) {
                return chosen(thread);
            }
        }
        while (findAble()) {
            long next = Long.MAX_VALUE;
            for (SimThread thread : threads) {
                boolean asleep = thread.process != null && thread.process.asleep;
                next = asleep ? next : Math.min(next, thread.deadline);
            }
            if (next == Long.MAX_VALUE || nanos > LONGEST.toNanos()) {
                stuck = new AssertionError(
                        (next == Long.MAX_VALUE ? "everybody waits for ever" : "it takes for ever") + places());
                return chosen(root);
            }
            nanos = Math.max(nanos, next);
        }
        return chosen(able.get(random.nextInt(able.size())));
    }

    /** Whether nobody can go on. */
    private boolean findAble() {
        able.clear();
        for (SimThread thread : threads) {
            BooleanSupplier until = thread.until;
            if (thread.process != null && thread.process.asleep) {
                continue;
            }
            if (until == null || thread.deadline <= nanos || until.getAsBoolean()) {
                able.add(thread);
            }
        }
        return able.isEmpty();
    }

    private SimThread chosen(SimThread next) {
        trace = (trace ^ (31L * next.number + nanos)) * 0x100000001B3L;
        return next;
    }

    void begin(SimThread thread) {
        thread.number = made++;
        threads.add(thread);
        mostThreads = Math.max(mostThreads, threads.size());
        if (thread.process != null) {
            thread.process.alive++;
        }
        thread.start();
    }

    void uncaught(SimThread thread, Throwable error) {
        if (thread.process != null && thread.process.uncaught == null) {
            thread.process.uncaught = error;
        }
        Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
        if (!(handler instanceof ThreadGroup)) {
            try {
                handler.uncaughtException(thread, error);
            } catch (Killed dead) {
                // meanwhile
            }
        }
    }

    void ended(SimThread thread) {
        thread.over = true;
        threads.remove(thread);
        if (thread.process != null) {
            thread.process.alive--;
        }
        if (!threads.isEmpty()) {
            next().turn.release();
        }
    }

    private String places() {
        StringBuilder places = new StringBuilder();
        for (SimThread thread : List.copyOf(threads)) {
            places.append("\n    ").append(thread.place());
        }
        return places.toString();
    }

    // ---- what the system gives ----

    long nanos() {
        nanos += 50;
        return nanos;
    }

    long millis() {
        return EPOCH_MILLIS + nanos() / 1_000_000;
    }

    Random random() {
        return random;
    }

    /** A moment {@code more} nanoseconds from now. */
    long after(long more) {
        return more > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + Math.max(0, more);
    }

    /** Now and then, a reason to return from a wait for which there is none, as the platform allows. */
    long orSpurious(long deadline) {
        return random.nextInt(64) == 0 ? Math.min(deadline, nanos + random.nextInt(1_000_000)) : deadline;
    }

    Monitor monitor(Object of) {
        return monitors.computeIfAbsent(of, object -> new Monitor());
    }

    void forget(Object of, Monitor monitor) {
        if (monitor.owner == null && monitor.users == 0) {
            monitors.remove(of);
        }
    }

    /** Who is in a synchronized block, and who waits in it to be notified. */
    static final class Monitor {
        final List<SimThread> waiting = new ArrayList<>();

        @Nullable
        SimThread owner;

        int depth;
        int users;
    }
}
