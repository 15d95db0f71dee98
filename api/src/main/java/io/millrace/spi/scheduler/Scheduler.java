// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.scheduler;

import io.millrace.api.Experimental;

/**
 * Runs jobs. A job's stages form an acyclic graph; a task may run as soon as the stages that it reads from are done. Jobs
 * are submitted by one thread, in order of batch time, the next one possibly before the last is done; tasks of different
 * jobs may overlap, but {@link Stage.Kind#STATEFUL} stages see batches in the order of submission.
 *
 * @since 0.1
 */
@Experimental
public interface Scheduler extends AutoCloseable {
    /** What this scheduler can do. */
    SchedulerCapabilities capabilities();

    /**
     * Runs a job and tells {@code listener} the outcome, exactly once, on a thread of the scheduler. Returns at once.
     *
     * @return a handle to cancel it by
     * @throws IllegalStateException if the scheduler is closed
     */
    JobHandle submit(Job job, JobListener listener);

    /**
     * Cancels the jobs that are not over, whose listeners are told, and ends the threads. Waits some seconds for tasks
     * that do not notice. Idempotent; a listener may call it.
     */
    @Override
    void close();

    /** A submitted job. */
    interface JobHandle {
        /**
         * Asks the job to end early: tasks that have not begun do not, others are told by
         * {@link TaskContext#cancelled()}. The listener is still called.
         */
        void cancel();
    }

    /** Takes a job's outcome. */
    interface JobListener {
        /** The first task of the job is about to run. */
        void started();

        /** All tasks are done; what each returned, by stage and partition. */
        void succeeded(JobResult result);

        /** A task failed, or the job was cancelled; no task of it runs any more. */
        void failed(TaskFailure failure);
    }
}
