// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
    private final List<Throwable> thrown = new ArrayList<>();
    private final SerialExecutor executor = new SerialExecutor(thrown::add);

    @Test
    void a_task_that_a_task_brings_runs_after_it() {
        List<String> ran = new ArrayList<>();
        executor.execute(() -> {
            executor.execute(() -> ran.add("second"));
            ran.add("first");
        });
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void a_task_that_throws_stops_none_and_is_told() {
        List<String> ran = new ArrayList<>();
        executor.execute(() -> {
            executor.execute(() -> ran.add("next"));
            throw new IllegalStateException("on purpose");
        });
        assertThat(ran).containsExactly("next");
        assertThat(thrown).singleElement().asString().contains("on purpose");
    }

    @Test
    void tasks_of_many_threads_run_one_at_a_time_and_all() throws Exception {
        long[] count = {0};
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> {
                for (int j = 0; j < 100_000; j++) {
                    executor.execute(() -> count[0]++);
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        executor.execute(() -> assertThat(count[0]).isEqualTo(400_000));
        assertThat(count[0]).isEqualTo(400_000);
    }
}
