// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import io.millrace.core.simulation.Simulation.Monitor;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What simulated classes call instead of the platform. Each method has the name of what it stands for and does the same,
 * with the turn of {@link Simulation} in the place of the processor.
 */
public final class Hooks {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private Hooks() {}

    /** Another thread could see the difference if it ran now. */
    public static void point() {
        Simulation.current().point();
    }

    /** No other thread gets the turn until {@link #unshield}: the platform holds a lock that nobody sees. */
    public static void shield() {
        Simulation.currentThread().shielded++;
    }

    public static void unshield() {
        Simulation.currentThread().shielded--;
    }

    /** Lets nobody handle the death of the process. */
    public static void rethrowIfKilled(Throwable caught) {
        if (caught instanceof Killed dead) {
            throw dead;
        }
    }

    /** Called in the place of what a simulation cannot decide. */
    @SuppressWarnings("DoNotCallSuggester") // code that is changed calls it
    public static void outside(String what) {
        throw new IllegalStateException(what + " is outside of the simulation");
    }

    // ---- monitors ----

    public static void enter(Object of) {
        Simulation simulation = Simulation.current();
        simulation.point();
        take(simulation, of, 1);
    }

    private static void take(Simulation simulation, Object of, int depth) {
        SimThread me = Simulation.currentThread();
        Monitor monitor = simulation.monitor(of);
        monitor.users++;
        while (monitor.owner != null && monitor.owner != me) {
            try {
                simulation.block(() -> monitor.owner == null, FOR_EVER);
            } catch (Killed dead) {
                monitor.users--;
                throw dead;
            }
        }
        monitor.users--;
        monitor.owner = me;
        monitor.depth += depth;
    }

    public static void exit(Object of) {
        Simulation simulation = Simulation.current();
        Monitor monitor = simulation.monitor(of);
        release(simulation, of, monitor, 1);
    }

    private static void release(Simulation simulation, Object of, Monitor monitor, int depth) {
        monitor.depth -= depth;
        if (monitor.depth == 0) {
            monitor.owner = null;
            simulation.forget(of, monitor);
        }
    }

    public static void await(Object of) throws InterruptedException {
        await(of, FOR_EVER, Simulation.current());
    }

    public static void await(Object of, long millis) throws InterruptedException {
        Simulation simulation = Simulation.current();
        await(of, millis == 0 ? FOR_EVER : simulation.after(TimeUnit.MILLISECONDS.toNanos(millis)), simulation);
    }

    private static void await(Object of, long deadline, Simulation simulation) throws InterruptedException {
        SimThread me = Simulation.currentThread();
        throwIfInterrupted();
        Monitor monitor = simulation.monitor(of);
        if (monitor.owner != me) {
            throw new IllegalMonitorStateException();
        }
        int depth = monitor.depth;
        monitor.waiting.add(me);
        monitor.users++;
        try {
            release(simulation, of, monitor, depth);
            simulation.block(() -> !monitor.waiting.contains(me) || me.interruptedNow, simulation.orSpurious(deadline));
        } finally {
            monitor.waiting.remove(me);
            monitor.users--;
        }
        take(simulation, of, depth);
        throwIfInterrupted();
    }

    public static void signal(Object of) {
        Simulation simulation = Simulation.current();
        Monitor monitor = simulation.monitor(of);
        if (!monitor.waiting.isEmpty()) {
            monitor.waiting.remove(simulation.random().nextInt(monitor.waiting.size()));
        }
    }

    public static void signalAll(Object of) {
        Simulation.current().monitor(of).waiting.clear();
    }

    // ---- threads ----

    public static void start(Thread thread) {
        Simulation simulation = Simulation.current();
        simulation.point();
        if (!(thread instanceof SimThread own) || own.number >= 0) {
            throw new IllegalThreadStateException(thread + " cannot be started in a simulation");
        }
        simulation.begin(own);
    }

    public static void join(Thread thread) throws InterruptedException {
        join(thread, 0);
    }

    public static void join(Thread thread, long millis) throws InterruptedException {
        Simulation simulation = Simulation.current();
        waitFor(thread, millis == 0 ? FOR_EVER : simulation.after(TimeUnit.MILLISECONDS.toNanos(millis)));
    }

    public static void timedJoin(TimeUnit unit, Thread thread, long timeout) throws InterruptedException {
        if (timeout > 0) {
            waitFor(thread, Simulation.current().after(unit.toNanos(timeout)));
        }
    }

    private static void waitFor(Thread thread, long deadline) throws InterruptedException {
        SimThread me = Simulation.currentThread();
        me.simulation.block(() -> !isAliveNow(thread) || me.interruptedNow, deadline);
        throwIfInterrupted();
    }

    public static boolean isAlive(Thread thread) {
        point();
        return isAliveNow(thread);
    }

    private static boolean isAliveNow(Thread thread) {
        return thread instanceof SimThread own && own.number >= 0 && !own.over;
    }

    public static void interrupt(Thread thread) {
        point();
        if (thread instanceof SimThread own) {
            own.interruptedNow = true;
        }
    }

    public static boolean isInterrupted(Thread thread) {
        return thread instanceof SimThread own && own.interruptedNow;
    }

    public static boolean interrupted() {
        SimThread me = Simulation.currentThread();
        boolean was = me.interruptedNow;
        me.interruptedNow = false;
        return was;
    }

    static void throwIfInterrupted() throws InterruptedException {
        if (interrupted()) {
            throw new InterruptedException();
        }
    }

    public static void park() {
        park(FOR_EVER);
    }

    public static void park(@Nullable Object blocker) {
        park(FOR_EVER);
    }

    public static void parkNanos(long nanos) {
        park(Simulation.current().after(nanos));
    }

    public static void parkNanos(@Nullable Object blocker, long nanos) {
        parkNanos(nanos);
    }

    private static void park(long deadline) {
        SimThread me = Simulation.currentThread();
        me.simulation.block(() -> me.permit || me.interruptedNow, me.simulation.orSpurious(deadline));
        me.permit = false;
    }

    public static void unpark(@Nullable Thread thread) {
        point();
        if (thread instanceof SimThread own) {
            own.permit = true;
        }
    }

    public static ExecutorService newCachedThreadPool(ThreadFactory threads) {
        return new SimExecutor(threads);
    }

    // ---- what blocks ----

    private static void blockInterruptibly(java.util.function.BooleanSupplier until, long deadline)
            throws InterruptedException {
        SimThread me = Simulation.currentThread();
        throwIfInterrupted();
        me.simulation.block(() -> until.getAsBoolean() || me.interruptedNow, deadline);
        if (!until.getAsBoolean()) {
            throwIfInterrupted();
        }
    }

    public static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T taken = null;
        while (taken == null) {
            blockInterruptibly(() -> !queue.isEmpty(), FOR_EVER);
            taken = queue.poll();
        }
        return taken;
    }

    public static <T> @Nullable T poll(BlockingQueue<T> queue, long timeout, TimeUnit unit)
            throws InterruptedException {
        blockInterruptibly(() -> !queue.isEmpty(), Simulation.current().after(unit.toNanos(timeout)));
        return queue.poll();
    }

    public static void await(CountDownLatch latch) throws InterruptedException {
        blockInterruptibly(() -> latch.getCount() == 0, FOR_EVER);
    }

    public static boolean await(CountDownLatch latch, long timeout, TimeUnit unit) throws InterruptedException {
        blockInterruptibly(() -> latch.getCount() == 0, Simulation.current().after(unit.toNanos(timeout)));
        return latch.getCount() == 0;
    }

    public static <T> T get(Future<T> future) throws InterruptedException, ExecutionException {
        blockInterruptibly(future::isDone, FOR_EVER);
        return future.get();
    }

    public static <T> T get(Future<T> future, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        blockInterruptibly(future::isDone, Simulation.current().after(unit.toNanos(timeout)));
        if (!future.isDone()) {
            throw new TimeoutException();
        }
        return future.get();
    }

    public static <T> T join(Future<T> future) {
        Simulation.current().block(future::isDone, FOR_EVER);
        return ((CompletableFuture<T>) future).join();
    }

    public static void lock(ReentrantLock lock) {
        Simulation simulation = Simulation.current();
        simulation.point();
        while (lock.isLocked() && !lock.isHeldByCurrentThread()) {
            simulation.block(() -> !lock.isLocked(), FOR_EVER);
        }
        lock.lock();
    }

    public static Condition newCondition(ReentrantLock lock) {
        return new SimCondition(lock);
    }

    public static <K, V> @Nullable V computeIfAbsent(Map<K, V> map, K key, Function<? super K, ? extends V> how) {
        return shielded(map, () -> map.computeIfAbsent(key, how));
    }

    public static <K, V> @Nullable V computeIfPresent(
            Map<K, V> map, K key, BiFunction<? super K, ? super V, ? extends V> how) {
        return shielded(map, () -> map.computeIfPresent(key, how));
    }

    public static <K, V> @Nullable V compute(Map<K, V> map, K key, BiFunction<? super K, ? super V, ? extends V> how) {
        return shielded(map, () -> map.compute(key, how));
    }

    public static <K, V> @Nullable V merge(
            Map<K, V> map, K key, V value, BiFunction<? super V, ? super V, ? extends V> how) {
        return shielded(map, () -> map.merge(key, value, how));
    }

    private static <V> @Nullable V shielded(Map<?, ?> map, java.util.function.Supplier<@Nullable V> change) {
        if (!(map instanceof ConcurrentMap)) {
            return change.get();
        }
        point();
        shield();
        try {
            return change.get();
        } finally {
            unshield();
        }
    }

    // ---- what the system says ----

    public static long nanoTime() {
        return Simulation.current().nanos();
    }

    public static long currentTimeMillis() {
        return Simulation.current().millis();
    }

    public static long seed() {
        return Simulation.current().random().nextLong();
    }

    public static UUID randomUUID() {
        return new UUID(seed(), seed());
    }

    /** A simulated process does not end with this one. */
    public static void addShutdownHook(Runtime runtime, Thread hook) {}

    public static boolean removeShutdownHook(Runtime runtime, Thread hook) {
        return true;
    }

    public static long pid(ProcessHandle process) {
        return 4711;
    }

    public static Optional<Instant> startInstant(ProcessHandle.Info process) {
        return Optional.of(Instant.EPOCH);
    }

    public static String getHostName(InetAddress address) {
        return "simulated";
    }
}
