// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import io.millrace.core.encryption.DataKeys;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.EncryptionOptions;
import io.millrace.core.encryption.Place;
import io.millrace.core.encryption.Sealer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What encryption costs a log: one with it and one without, on one disk, in turns. */
final class EncryptedLog {
    private static final int MOMENTS = 500;
    private static final int BLOCKS_A_MOMENT = 32;
    private static final Place NOWHERE = () -> new byte[32];

    private final Path directory;
    private final int threads;
    private final long warmUp;
    private final long bytes;
    private final List<Round> done = new ArrayList<>();

    private record Round(LogFigures plain, LogFigures encrypted) {}

    EncryptedLog(Path directory, int threads, long warmUp, long bytes) {
        this.directory = directory;
        this.threads = threads;
        this.warmUp = warmUp;
        this.bytes = bytes;
    }

    void compare(int rounds) throws IOException, InterruptedException {
        Encryption encryption = encryption();
        System.out.printf(
                Locale.ROOT, "encrypting alone, one thread, its best moment: %.0f MiB/s%n%n", alone(encryption));
        LogFigures.printHeader();
        try (LoadedLog plain = new LoadedLog(directory, threads);
                LoadedLog encrypted = new LoadedLog(directory, threads, encryption)) {
            plain.append(warmUp, 0).print("plain, warming up");
            encrypted.append(warmUp, 0).print("encrypted, warming up");
            for (int round = 0; round < rounds; round++) {
                boolean plainFirst = round % 2 == 0;
                LogFigures first = (plainFirst ? plain : encrypted).append(bytes, 0);
                LogFigures second = (plainFirst ? encrypted : plain).append(bytes, 0);
                Round both = plainFirst ? new Round(first, second) : new Round(second, first);
                both.plain.print("plain, 64 KiB blocks");
                both.encrypted.print("encrypted, 64 KiB blocks");
                done.add(both);
            }
        }
        double[] ratios = sorted(round -> round.encrypted.mibPerSecond() / round.plain.mibPerSecond());
        System.out.printf(
                Locale.ROOT,
                "%nmedians of %d: encrypted %.2f of the throughput of plain (%.2f to %.2f), %.2f ms of CPU more a MiB%n",
                done.size(),
                ratios[ratios.length / 2],
                ratios[0],
                ratios[ratios.length - 1],
                sorted(round -> round.encrypted.cpuMillisPerMib() - round.plain.cpuMillisPerMib())[ratios.length / 2]);
    }

    /** MiB per second in the best of many moments: what the processor can, whatever else runs on it. */
    private static double alone(Encryption encryption) {
        DataKeys keys = encryption.newDataKeys().orElseThrow();
        Sealer sealer = keys.sealer();
        ByteBuffer[] block = {ByteBuffer.allocate(LoadedLog.BLOCK)};
        LogFigures.fill(block[0]);
        ByteBuffer sealed = ByteBuffer.allocate(LoadedLog.BLOCK + keys.overhead());
        long shortest = Long.MAX_VALUE;
        for (int moment = 0; moment < MOMENTS; moment++) {
            long begun = System.nanoTime();
            for (int i = 0; i < BLOCKS_A_MOMENT; i++) {
                sealer.seal(0, NOWHERE, block, sealed.clear());
            }
            shortest = Math.min(shortest, System.nanoTime() - begun);
        }
        return (double) BLOCKS_A_MOMENT * LoadedLog.BLOCK / (1 << 20) / (shortest / 1e9);
    }

    /** With a key that nobody keeps. */
    private static Encryption encryption() throws IOException {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Path file = Files.createTempFile("millrace", ".keys");
        try {
            Files.writeString(file, "benchmark:" + Base64.getEncoder().encodeToString(key));
            return EncryptionOptions.takeFrom(new TreeMap<>(Map.of(EncryptionOptions.KEY_FILE.key(), file.toString())));
        } finally {
            Files.delete(file);
        }
    }

    private double[] sorted(ToDoubleFunction<Round> of) {
        return Arrays.stream(done.stream().mapToDouble(of).toArray()).sorted().toArray();
    }
}
