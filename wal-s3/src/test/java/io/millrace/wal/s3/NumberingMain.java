// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process that appends numbers to a log on a real server, from the one behind the last that it found, and prints those
 * that are durable: {@code ready N}, then a number a line, then {@code ended} with the reason.
 */
final class NumberingMain {
    private NumberingMain() {}

    /**
     * Runs until it is fenced or killed.
     *
     * @param arguments the bucket, then settings as {@code key=value}
     */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        Map<String, String> settings = new TreeMap<>();
        for (String setting : List.of(arguments).subList(1, arguments.length)) {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        S3WalStore store = store(arguments[0], settings);
        Appended writer = Appended.open(store);
        List<Long> found = Appended.numbers(store);
        long next = found.isEmpty() ? 0 : found.get(found.size() - 1) + 1;
        System.out.println("ready " + next);
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        while (!ended.get()) {
            long number = next++;
            last = writer.start(number).<Void>handle((WalPosition at, Throwable failure) -> {
                if (failure == null) {
                    System.out.println(number);
                } else if (ended.compareAndSet(false, true)) {
                    System.out.println("ended " + (failure instanceof WalException wal ? wal.reason() : failure));
                }
                return null;
            });
        }
        last.get();
        store.close();
    }

    static S3WalStore store(String bucket, Map<String, String> settings) {
        S3WalSettings eager = S3Stores.EAGER;
        return S3Stores.open(
                new S3Bucket(bucket, S3Clients.of(S3WalSettings.SPEC.parse("test", settings), eager, null)), eager);
    }

    /** Makes a bucket by the protocol itself. */
    static void createBucket(String bucket, Map<String, String> settings) {
        try (S3Clients clients = S3Clients.of(S3WalSettings.SPEC.parse("test", settings), S3Stores.EAGER, null)) {
            clients.writes().createBucket(request -> request.bucket(bucket));
        }
    }

    /** The arguments of a process that uses {@code bucket}. */
    static List<String> arguments(String bucket, Map<String, String> settings) {
        List<String> arguments = new ArrayList<>(List.of(bucket));
        settings.forEach((key, value) -> arguments.add(key + "=" + value));
        return arguments;
    }
}
