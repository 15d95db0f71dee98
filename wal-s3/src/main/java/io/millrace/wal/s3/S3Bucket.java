// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** A bucket of S3, or of a store that speaks its protocol. */
final class S3Bucket implements Bucket {
    private static final String PUT_ID = "wal-putid";
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_FOUND = 404;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final String bucket;
    private final S3Clients clients;

    S3Bucket(String bucket, S3Clients clients) {
        this.bucket = bucket;
        this.clients = clients;
    }

    @Override
    public boolean create(String key, String putId, ByteBuffer... content) {
        PutObjectRequest request = request(key, putId, content);
        try {
            clients.writes()
                    .putObject(
                            request,
                            RequestBody.fromContentProvider(
                                    () -> new BuffersInput(content), request.contentLength(), CONTENT_TYPE));
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED) {
                return false;
            }
            throw S3Answers.failure(e);
        } catch (SdkException e) {
            throw S3Answers.failure(e);
        }
    }

    private PutObjectRequest request(String key, String putId, ByteBuffer... content) {
        CRC32C crc = new CRC32C();
        long length = 0;
        for (ByteBuffer part : content) {
            length += part.remaining();
            crc.update(part.duplicate());
        }
        byte[] checksum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .ifNoneMatch("*")
                .contentLength(length)
                .contentType(CONTENT_TYPE)
                .checksumCRC32C(Base64.getEncoder().encodeToString(checksum))
                .metadata(Map.of(PUT_ID, putId));
        switch (clients.encryption()) {
            case BUCKET -> {}
            case S3 -> request.serverSideEncryption(ServerSideEncryption.AES256);
            case KMS -> {
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS);
                clients.kmsKey().ifPresent(request::ssekmsKeyId);
            }
        }
        return request.build();
    }

    @Override
    public @Nullable Stored find(String key) {
        try {
            HeadObjectResponse found =
                    clients.reads().headObject(request -> request.bucket(bucket).key(key));
            return new Stored(found.contentLength(), found.metadata().getOrDefault(PUT_ID, ""));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return null;
            }
            throw S3Answers.failure(e);
        } catch (SdkException e) {
            throw S3Answers.failure(e);
        }
    }

    @Override
    public int read(String key, long offset, ByteBuffer into) {
        if (!into.hasRemaining()) {
            return 0;
        }
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .range("bytes=" + offset + "-" + (offset + into.remaining() - 1))
                .build();
        try {
            byte[] bytes =
                    clients.reads().getObject(request, (response, content) -> content.readNBytes(into.remaining()));
            into.put(bytes);
            return bytes.length;
        } catch (S3Exception e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                return 0;
            }
            throw S3Answers.failure(e);
        } catch (SdkException e) {
            throw S3Answers.failure(e);
        }
    }

    @Override
    public Page list(String prefix, String after) {
        ListObjectsV2Response page = call(() -> clients.reads().listObjectsV2(request -> {
            request.bucket(bucket).prefix(prefix);
            if (!after.isEmpty()) {
                request.startAfter(after);
            }
        }));
        List<Listed> objects = page.contents().stream()
                .map(object -> new Listed(object.key(), object.size()))
                .sorted(Comparator.comparing(Listed::key))
                .toList();
        return new Page(objects, page.isTruncated());
    }

    @Override
    public List<String> delete(List<String> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        List<ObjectIdentifier> objects = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        return call(() -> clients
                .reads()
                .deleteObjects(request -> request.bucket(bucket)
                        .delete(what -> what.objects(objects).quiet(true)))
                .errors()
                .stream()
                .map(S3Error::key)
                .toList());
    }

    @Override
    public void close() {
        clients.close();
    }

    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw S3Answers.failure(e);
        }
    }
}
