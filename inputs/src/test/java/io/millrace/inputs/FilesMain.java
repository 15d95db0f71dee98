// SPDX-License-Identifier: Apache-2.0
package io.millrace.inputs;

import io.millrace.api.StreamingContext;
import io.millrace.api.listener.StreamingEvent.ConditionChanged;
import io.millrace.api.listener.StreamingListener;
import io.millrace.api.source.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program that reads files and says what it does, until it was told that there is trouble with one, or has read as many lines as
 * is said.
 */
final class FilesMain {
    private FilesMain() {}

    static Source<String> input(Path directory) {
        return FileInput.in(directory)
                .startEarliest()
                .settle(Duration.ZERO)
                .set("poll-interval", "10ms")
                .lines();
    }

    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("encoding " + System.getProperty("sun.jnu.encoding"));
        Programs<String> program = new Programs<>(Path.of(arguments[1]));
        CountDownLatch told = new CountDownLatch(1);
        try (StreamingContext context = program.start(
                input(Path.of(arguments[0])),
                builder -> builder.set("watchdog.stuck-after", "1s").listener(new StreamingListener() {
                    @Override
                    public void onConditionChanged(ConditionChanged event) {
                        if (event.condition().equals("input-trouble")) {
                            System.out.println("condition " + event.message());
                            told.countDown();
                        }
                    }
                }))) {
            if (arguments.length > 2) {
                program.awaitElements(Integer.parseInt(arguments[2]));
            } else if (!told.await(20, TimeUnit.SECONDS)) {
                System.out.println("there was no trouble");
            }
            System.out.println("stopped " + context.stopGracefully(Programs.DEADLINE));
        }
        program.elements().forEach(element -> System.out.println("read " + element));
    }
}
