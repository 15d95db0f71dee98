// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.scenario;

import io.millrace.api.MillraceException;
import io.millrace.api.Pair;
import io.millrace.api.StreamingContext;
import io.millrace.api.codec.Codecs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes what each batch holds to files of its own, and how many numbers there were: checkpoint, directory of the output.
 * It waits while another process runs the program. A line {@code copy DIRECTORY} makes it copy its checkpoint, as a backup
 * from within the program does; any other line stops it gracefully.
 */
final class MishapMain {
    private MishapMain() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        Path checkpoint = Path.of(arguments[0]);
        Path out = Path.of(arguments[1]);
        try (StreamingContext context = StreamingContext.builder("mishaps")
                .batchInterval(Duration.ofMillis(20))
                .set("block.interval", "5ms")
                .set("start.if-running", "wait")
                .set("output.retry-for", "0ms")
                .set("wal.segment.size", "1MiB")
                .checkpoint(checkpoint)
                .build()) {
            var numbers =
                    context.receive(Numbers.every(Duration.ofNanos(200_000)).source());
            numbers.foreachBatch("numbers", batch -> {
                List<String> lines =
                        batch.collect().stream().sorted().map(String::valueOf).toList();
                write(out, "numbers", batch.id().batchTime().toEpochMilli(), lines);
            });
            numbers.mapToPair(number -> Pair.of("all", 1L))
                    .runningReduce("total", Codecs.STRING, Codecs.LONG, Long::sum)
                    .foreachBatch("total", batch -> {
                        List<String> lines = batch.collect().stream()
                                .map(pair -> String.valueOf(pair.value()))
                                .toList();
                        write(out, "total", batch.id().batchTime().toEpochMilli(), lines);
                    });
            context.start();
            System.out.println("started");
            obeyOrders(context, checkpoint);
            context.awaitTermination();
            System.out.println("stopped");
        } catch (MillraceException e) {
            System.out.println("ended: " + e.getMessage().lines().toList());
        }
        System.exit(0); // the thread that reads orders may still wait for one
    }

    private static void write(Path out, String what, long time, List<String> lines) throws IOException {
        if (lines.isEmpty()) {
            return;
        }
        String name = what + "-" + time + "-" + ProcessHandle.current().pid();
        Path hidden = Files.write(out.resolve("." + name), lines);
        Files.move(hidden, out.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void obeyOrders(StreamingContext context, Path checkpoint) {
        Thread orders = new Thread(() -> {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            try {
                String order = in.readLine();
                while (order != null && order.startsWith("copy ")) {
                    copy(checkpoint, Path.of(order.substring(5)));
                    System.out.println("copied");
                    order = in.readLine();
                }
                context.stopGracefully(Duration.ofSeconds(50));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        orders.setDaemon(true);
        orders.start();
    }

    /** Copies a directory that may change meanwhile. */
    static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path file : all) {
            if (Files.exists(file)) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
