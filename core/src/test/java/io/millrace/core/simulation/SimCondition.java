// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.simulation;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A condition of a lock whose waiters wait in a simulation. */
@SuppressWarnings("WaitNotInLoop") // whoever calls it does that
final class SimCondition implements Condition {
    private final ReentrantLock lock;
    private final List<SimThread> waiting = new ArrayList<>();

    SimCondition(ReentrantLock lock) {
        this.lock = lock;
    }

    @Override
    public void await() throws InterruptedException {
        await(Long.MAX_VALUE);
        Hooks.throwIfInterrupted();
    }

    @Override
    public void awaitUninterruptibly() {
        await(Long.MAX_VALUE);
    }

    @Override
    public long awaitNanos(long timeout) throws InterruptedException {
        Simulation simulation = Simulation.current();
        long deadline = simulation.after(timeout);
        await(deadline);
        Hooks.throwIfInterrupted();
        return deadline - simulation.nanos();
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
        return awaitNanos(unit.toNanos(time)) > 0;
    }

    @Override
    public boolean awaitUntil(Date deadline) {
        throw new UnsupportedOperationException();
    }

    private void await(long deadline) {
        Simulation simulation = Simulation.current();
        SimThread me = Simulation.currentThread();
        int held = lock.getHoldCount();
        waiting.add(me);
        for (int i = 0; i < held; i++) {
            lock.unlock();
        }
        simulation.block(() -> !waiting.contains(me) || me.interruptedNow, simulation.orSpurious(deadline));
        waiting.remove(me);
        for (int i = 0; i < held; i++) {
            Hooks.lock(lock);
        }
    }

    @Override
    public void signal() {
        if (!waiting.isEmpty()) {
            waiting.remove(Simulation.current().random().nextInt(waiting.size()));
        }
    }

    @Override
    public void signalAll() {
        waiting.clear();
    }
}
