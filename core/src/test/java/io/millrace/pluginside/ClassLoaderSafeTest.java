// SPDX-License-Identifier: Apache-2.0
package io.millrace.pluginside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.listener.StreamingListener;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.spi.direct.DirectSource;
import io.millrace.spi.direct.RangeReader;
import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.receiver.Receiver;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.JobResult;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerCapabilities;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskContext;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.spi.scheduler.TaskOutput;
import io.millrace.spi.wal.ObjectStore;
import io.millrace.spi.wal.WalReader;
import io.millrace.spi.wal.WalStore;
import io.millrace.spi.wal.WalWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** In a package of its own: what the engine's packages make is not wrapped. */
class ClassLoaderSafeTest {
    private final URLClassLoader plugin = new URLClassLoader(new URL[0], null);

    /** Whatever an SPI grows by is wrapped, or this fails: default methods are the ones that are forgotten. */
    // P-41
    @TestFactory
    Stream<DynamicTest> everyMethodIsCalledUnderThePluginsClassLoader() {
        return Stream.of(
                        check(Receiver.class, ClassLoaderSafe::receiver),
                        check(DirectSource.class, ClassLoaderSafe::directSource),
                        check(RangeReader.class, ClassLoaderSafe::rangeReader),
                        check(WalStore.class, ClassLoaderSafe::walStore),
                        check(WalWriter.class, ClassLoaderSafe::walWriter),
                        check(WalReader.class, ClassLoaderSafe::walReader),
                        check(ObjectStore.class, ClassLoaderSafe::objectStore))
                .flatMap(tests -> tests);
    }

    private <T> Stream<DynamicTest> check(Class<T> type, Wrapper<T> wrapper) {
        return Stream.of(type.getMethods())
                .map(method -> DynamicTest.dynamicTest(
                        type.getSimpleName() + "." + method.getName(), () -> check(type, wrapper, method)));
    }

    private <T> void check(Class<T> type, Wrapper<T> wrapper, Method method) throws Exception {
        Recorder recorder = new Recorder();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        T safe = wrapper.wrap(proxy(type, recorder), plugin);

        Object result = method.invoke(safe, defaults(method.getParameterTypes()));

        assertThat(recorder.seen).containsExactly(Map.entry(method.getName(), plugin));
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
        Object handedOut = result instanceof Optional<?> optional ? optional.orElse(null) : result;
        assertThat(handedOut == null
                        || handedOut instanceof RangeReader.Chunk
                        || !Proxy.isProxyClass(handedOut.getClass()))
                .as("%s hands out what is wrapped too", method)
                .isTrue();
    }

    @Test
    void aListenerIsToldUnderItsClassLoaderAndClosed() throws Exception {
        List<@Nullable ClassLoader> seen = new ArrayList<>();
        class Listener implements StreamingListener, AutoCloseable {
            @Override
            public void close() {
                seen.add(Thread.currentThread().getContextClassLoader());
            }
        }
        StreamingListener safe = ClassLoaderSafe.listener(new Listener(), plugin);

        assertThat(safe).isInstanceOf(AutoCloseable.class);
        ((AutoCloseable) safe).close();
        assertThat(seen).containsExactly(plugin);
        ((AutoCloseable) ClassLoaderSafe.listener(new StreamingListener() {}, plugin)).close();
    }

    @Test
    void aRunnableRunsUnderThePluginsClassLoader() {
        List<@Nullable ClassLoader> seen = new ArrayList<>();
        ClassLoaderSafe.runnable(() -> seen.add(Thread.currentThread().getContextClassLoader()), plugin)
                .run();
        assertThat(seen).containsExactly(plugin);
    }

    // P-42
    @Test
    void aSchedulerCallsTheProgramBackUnderTheProgramsClassLoader() {
        URLClassLoader program = new URLClassLoader(new URL[0], null);
        Map<String, @Nullable ClassLoader> seen = new HashMap<>();
        Scheduler scheduler = new SameThreadScheduler(seen);
        Scheduler safe;
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(program)) {
            safe = ClassLoaderSafe.scheduler(scheduler, plugin);
        }

        safe.capabilities();
        safe.submit(job(seen), new RecordingListener(seen)).cancel();
        safe.close();

        assertThat(seen)
                .containsEntry("capabilities", plugin)
                .containsEntry("submit", plugin)
                .containsEntry("cancel", plugin)
                .containsEntry("close", plugin)
                .containsEntry("function", program)
                .containsEntry("started", program)
                .containsEntry("succeeded", program);
    }

    @Test
    void aFunctionCanStillBeShipped() throws Exception {
        List<Stage> stages = new ArrayList<>();
        Scheduler safe = ClassLoaderSafe.scheduler(
                new SameThreadScheduler(new HashMap<>()) {
                    @Override
                    public JobHandle submit(Job job, JobListener listener) {
                        stages.addAll(job.stages());
                        return () -> {};
                    }
                },
                plugin);
        Stage stage =
                new Stage(0, "s", Stage.Kind.SOURCE, 1, List.of(), context -> new TaskOutput(Map.of(), "shipped"));
        safe.submit(new Job("p", 1, Instant.EPOCH, 1, List.of(stage)), new RecordingListener(new HashMap<>()));

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(stages.get(0).function());
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            StageFunction shipped = (StageFunction) in.readObject();
            assertThat(shipped.run(proxy(TaskContext.class, new Recorder())).result())
                    .isEqualTo("shipped");
        }
    }

    @Test
    void anErrorPassesAsItIs() {
        Receiver receiver = proxy(Receiver.class, (self, method, arguments) -> {
            throw new IllegalStateException("meant by the test");
        });

        assertThatThrownBy(ClassLoaderSafe.receiver(receiver, plugin)::pause)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("meant by the test");
    }

    private static Job job(Map<String, @Nullable ClassLoader> seen) {
        Stage stage = new Stage(0, "only", Stage.Kind.SOURCE, 1, List.of(), context -> {
            seen.put("function", Thread.currentThread().getContextClassLoader());
            return new TaskOutput(Map.of(), null);
        });
        return new Job("program", 1, Instant.EPOCH, 1, List.of(stage));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(ClassLoaderSafeTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object[] defaults(Class<?>[] types) {
        return Stream.of(types).map(ClassLoaderSafeTest::valueOf).toArray();
    }

    private static @Nullable Object valueOf(Class<?> type) {
        if (type == long.class) {
            return 0L;
        }
        if (type == int.class) {
            return 0;
        }
        return type == boolean.class ? Boolean.FALSE : null;
    }

    private interface Wrapper<T> {
        T wrap(T target, ClassLoader loader);
    }

    /** Notes the context class loader of each call, and answers with something of the right type. */
    private static final class Recorder implements InvocationHandler {
        private final Map<String, @Nullable ClassLoader> seen = new HashMap<>();

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) {
            seen.put(method.getName(), Thread.currentThread().getContextClassLoader());
            Class<?> type = method.getReturnType();
            if (method.getName().equals("objects")) {
                return Optional.of(proxy(ObjectStore.class, new Recorder()));
            }
            if (type == Optional.class) {
                return Optional.empty();
            }
            if (type.isInterface() && type.getName().startsWith("io.millrace.")) {
                return proxy(type, new Recorder());
            }
            return valueOf(type);
        }
    }

    private static class SameThreadScheduler implements Scheduler {
        private final Map<String, @Nullable ClassLoader> seen;

        SameThreadScheduler(Map<String, @Nullable ClassLoader> seen) {
            this.seen = seen;
        }

        private void note(String call) {
            seen.put(call, Thread.currentThread().getContextClassLoader());
        }

        @Override
        public SchedulerCapabilities capabilities() {
            note("capabilities");
            return new SchedulerCapabilities(1, true);
        }

        @Override
        public JobHandle submit(Job job, JobListener listener) {
            note("submit");
            listener.started();
            try {
                job.stages().get(0).function().run(proxy(TaskContext.class, new Recorder()));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            listener.succeeded(new JobResult(List.of()));
            return () -> note("cancel");
        }

        @Override
        public void close() {
            note("close");
        }
    }

    private static final class RecordingListener implements Scheduler.JobListener {
        private final Map<String, @Nullable ClassLoader> seen;

        RecordingListener(Map<String, @Nullable ClassLoader> seen) {
            this.seen = seen;
        }

        @Override
        public void started() {
            seen.put("started", Thread.currentThread().getContextClassLoader());
        }

        @Override
        public void succeeded(JobResult result) {
            seen.put("succeeded", Thread.currentThread().getContextClassLoader());
        }

        @Override
        public void failed(TaskFailure failure) {
            seen.put("failed", Thread.currentThread().getContextClassLoader());
        }
    }
}
