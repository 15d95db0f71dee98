// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.sink.Sink;
import io.millrace.spi.state.StateStore;
import io.millrace.spi.wal.ObjectStore;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;

/**
 * Wraps what plugins make, so that every call the engine makes runs with the plugin's class loader as the thread's
 * context class loader: the libraries of a plugin look for their own classes there, and one look in the wrong place can
 * break a class for as long as its loader lives. Whatever a wrapped object hands out is wrapped too. What the engine
 * itself made is given back as it is.
 */
public final class ClassLoaderSafe {
    private ClassLoaderSafe() {}

    /** A receiver. */
    public static Receiver receiver(Receiver receiver, ClassLoader loader) {
        return EngineClasses.owns(receiver.getClass()) ? receiver : new ClassLoaderSafeReceiver(receiver, loader);
    }

    /** A direct source, and its readers. */
    public static DirectSource directSource(DirectSource source, ClassLoader loader) {
        return EngineClasses.owns(source.getClass()) ? source : new ClassLoaderSafeDirectSource(source, loader);
    }

    /** A range reader; not its chunks, which load no class. */
    public static RangeReader rangeReader(RangeReader reader, ClassLoader loader) {
        return EngineClasses.owns(reader.getClass()) ? reader : new ClassLoaderSafeRangeReader(reader, loader);
    }

    /** A sink of either class. */
    public static Sink sink(Sink sink, ClassLoader loader) {
        if (EngineClasses.owns(sink.getClass())) {
            return sink;
        }
        return sink instanceof Sink.Transactional transactional
                ? new ClassLoaderSafeTransactionalSink(transactional, loader)
                : new ClassLoaderSafeResumableSink((Sink.Resumable) sink, loader);
    }

    /** A log store, its writers, readers and objects. */
    public static WalStore walStore(WalStore store, ClassLoader loader) {
        return EngineClasses.owns(store.getClass()) ? store : new ClassLoaderSafeWalStore(store, loader);
    }

    /** A log's writer. */
    public static WalWriter walWriter(WalWriter writer, ClassLoader loader) {
        return EngineClasses.owns(writer.getClass()) ? writer : new ClassLoaderSafeWalWriter(writer, loader);
    }

    /** A log's reader. */
    public static WalReader walReader(WalReader reader, ClassLoader loader) {
        return EngineClasses.owns(reader.getClass()) ? reader : new ClassLoaderSafeWalReader(reader, loader);
    }

    /** An object store. */
    public static ObjectStore objectStore(ObjectStore objects, ClassLoader loader) {
        return EngineClasses.owns(objects.getClass()) ? objects : new ClassLoaderSafeObjectStore(objects, loader);
    }

    /** A state store, and its tables. */
    public static StateStore stateStore(StateStore store, ClassLoader loader) {
        return EngineClasses.owns(store.getClass()) ? store : new ClassLoaderSafeStateStore(store, loader);
    }

    /**
     * A scheduler. What it calls back runs under the context class loader of the thread that calls this, which is the
     * program's.
     */
    public static Scheduler scheduler(Scheduler scheduler, ClassLoader loader) {
        return EngineClasses.owns(scheduler.getClass())
                ? scheduler
                : new ClassLoaderSafeScheduler(
                        scheduler, loader, Thread.currentThread().getContextClassLoader());
    }

    /** A listener; the result is {@link AutoCloseable}, whether the listener is or not. */
    public static StreamingListener listener(StreamingListener listener, ClassLoader loader) {
        return EngineClasses.owns(listener.getClass()) ? listener : new ClassLoaderSafeListener(listener, loader);
    }

    /** What a plugin hands in for the engine to run later, such as a receiver's wake-up. */
    public static Runnable runnable(Runnable task, ClassLoader loader) {
        return () -> {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
                task.run();
            }
        };
    }
}
