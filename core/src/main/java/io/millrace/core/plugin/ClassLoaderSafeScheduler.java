// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.plugin;

import io.millrace.spi.plugin.ThreadContextClassLoader;
import io.millrace.spi.scheduler.Job;
import io.millrace.spi.scheduler.JobResult;
import io.millrace.spi.scheduler.Scheduler;
import io.millrace.spi.scheduler.SchedulerCapabilities;
import io.millrace.spi.scheduler.Stage;
import io.millrace.spi.scheduler.StageFunction;
import io.millrace.spi.scheduler.TaskContext;
import io.millrace.spi.scheduler.TaskFailure;
import io.millrace.spi.scheduler.TaskOutput;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler, each call under its plugin's class loader. What it calls back, on threads of its own, runs under the
 * program's: the program's functions must not see a plugin's classes.
 */
final class ClassLoaderSafeScheduler implements Scheduler {
    private final Scheduler delegate;
    private final ClassLoader loader;
    private final @Nullable ClassLoader program;

    ClassLoaderSafeScheduler(Scheduler delegate, ClassLoader loader, @Nullable ClassLoader program) {
        this.delegate = delegate;
        this.loader = loader;
        this.program = program;
    }

    @Override
    public SchedulerCapabilities capabilities() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            return delegate.capabilities();
        }
    }

    @Override
    public JobHandle submit(Job job, JobListener listener) {
        List<Stage> stages = job.stages().stream().map(this::underProgram).collect(Collectors.toUnmodifiableList());
        Job safe = new Job(job.programId(), job.epoch(), job.batchTime(), job.attempt(), stages);
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            JobHandle handle = delegate.submit(safe, new ProgramListener(listener, program));
            return () -> cancel(handle);
        }
    }

    @Override
    public void close() {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            delegate.close();
        }
    }

    private void cancel(JobHandle handle) {
        try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(loader)) {
            handle.cancel();
        }
    }

    private Stage underProgram(Stage stage) {
        StageFunction function = new ProgramFunction(stage.function(), program);
        return new Stage(stage.index(), stage.name(), stage.kind(), stage.partitions(), stage.inputs(), function);
    }

    /** A function under the program's class loader; where it was shipped to another process, under whatever is set there. */
    private static final class ProgramFunction implements StageFunction {
        private static final long serialVersionUID = 1L;

        private final StageFunction delegate;

        private final transient @Nullable ClassLoader program;

        ProgramFunction(StageFunction delegate, @Nullable ClassLoader program) {
            this.delegate = delegate;
            this.program = program;
        }

        @Override
        public TaskOutput run(TaskContext context) throws Exception {
            if (program == null) {
                return delegate.run(context);
            }
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(program)) {
                return delegate.run(context);
            }
        }
    }

    private static final class ProgramListener implements JobListener {
        private final JobListener delegate;
        private final ClassLoader program;

        ProgramListener(JobListener delegate, @Nullable ClassLoader program) {
            this.delegate = delegate;
            this.program = program == null ? EngineClasses.LOADER : program;
        }

        @Override
        public void started() {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(program)) {
                delegate.started();
            }
        }

        @Override
        public void succeeded(JobResult result) {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(program)) {
                delegate.succeeded(result);
            }
        }

        @Override
        public void failed(TaskFailure failure) {
            try (ThreadContextClassLoader scope = ThreadContextClassLoader.of(program)) {
                delegate.failed(failure);
            }
        }
    }
}
