// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.micro;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Objects of one size, so many at once, as a program would write them that cares for nothing else. */
final class BarePuts {
    private BarePuts() {}

    static LogFigures run(
            URI endpoint, Map<String, String> settings, String bucket, int size, int inFlight, int objects)
            throws InterruptedException, ExecutionException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        LogFigures.fill(bytes);
        long[] took = new long[objects];
        ExecutorService threads = Executors.newFixedThreadPool(inFlight);
        try (S3Client client = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder().maxConnections(inFlight))
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.get("access-key-id"), settings.get("secret-access-key"))))
                .build()) {
            String prefix = "bare/" + UUID.randomUUID() + "/";
            LogFigures.Watch watch = LogFigures.watch();
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < objects; i++) {
                int index = i;
                puts.add(threads.submit(() -> {
                    long begun = System.nanoTime();
                    put(client, bucket, prefix + index, bytes.array());
                    took[index] = System.nanoTime() - begun;
                }));
            }
            for (Future<?> put : puts) {
                put.get();
            }
            return watch.figures((long) size * objects, objects, took);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void put(S3Client client, String bucket, String key, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        String checksum = Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        client.putObject(
                request -> request.bucket(bucket)
                        .key(key)
                        .ifNoneMatch("*")
                        .contentLength((long) bytes.length)
                        .checksumCRC32C(checksum),
                RequestBody.fromBytes(bytes));
    }
}
