// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.stop;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a program when its JVM ends: after SIGTERM, Ctrl-C or {@link System#exit}, not after {@code kill -9}. The JVM waits
 * for it, but never longer than it was told to.
 */
public final class ShutdownStop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownStop.class);

    private final Thread hook;

    private ShutdownStop(Thread hook) {
        this.hook = hook;
    }

    /**
     * Registers {@code stop} for the end of the JVM.
     *
     * @param limit how long the end of the JVM waits for it
     */
    public static ShutdownStop install(String program, ThreadFactory threads, Runnable stop, Duration limit) {
        Thread hook = new Thread(
                () -> {
                    LOG.info("The JVM ends: program '{}' is stopped", program);
                    Thread stopping = threads.newThread(stop);
                    stopping.start();
                    try {
                        stopping.join(limit.toMillis());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    if (stopping.isAlive()) {
                        LOG.warn(
                                "Program '{}' has not stopped within {} ms; the JVM ends all the same. What was received is"
                                        + " durable, the next start goes on with it",
                                program,
                                limit.toMillis());
                    }
                },
                "millrace-" + program + "-shutdown");
        ShutdownStop installed = new ShutdownStop(hook);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM ends already, so nobody stops program '{}' but itself", program, e);
        }
        return installed;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM ends already", e);
        }
    }
}
