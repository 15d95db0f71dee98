// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.spi.wal.ObjectStore;
import io.millrace.spi.wal.WalException;
import io.millrace.spi.wal.WalException.Reason;
import io.millrace.wal.s3.S3WalStore.Parts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Immutable named blobs beside the logs, an object each. */
final class S3ObjectStore implements ObjectStore {
    private final S3WalStore store;
    private final Parts parts;

    S3ObjectStore(S3WalStore store, Parts parts) {
        this.store = store;
        this.parts = parts;
    }

    @Override
    public void create(String name, ByteBuffer... content) {
        String key = parts.keys().object(name);
        boolean ours = store.call(() -> {
            try {
                return parts.creator().create(key, content).ours();
            } catch (BucketException e) {
                throw e.toWal("create object '" + key + "'");
            }
        });
        if (!ours) {
            throw new WalException(
                    Reason.UNSUPPORTED, "object '" + key + "' exists, and blobs are never replaced: take another name");
        }
    }

    @Override
    public int read(String name, long offset, ByteBuffer into) {
        String key = parts.keys().object(name);
        return store.call(() -> {
            try {
                return parts.bucket().read(key, offset, into);
            } catch (BucketException e) {
                throw e.toWal("read object '" + key + "'");
            }
        });
    }

    @Override
    public List<String> list(String prefix) {
        String start = parts.keys().objects();
        return store.call(() -> {
            List<String> names = new ArrayList<>();
            try {
                Listing.each(
                        parts.bucket(),
                        start + prefix,
                        "",
                        object -> names.add(object.key().substring(start.length())));
            } catch (BucketException e) {
                throw e.toWal("list objects in '" + start + "'");
            }
            names.sort(String::compareTo);
            return names;
        });
    }

    @Override
    public void delete(List<String> names) {
        List<String> all = names.stream().map(parts.keys()::object).toList();
        store.call(() -> {
            for (int from = 0; from < all.size(); from += Bucket.PAGE) {
                List<String> page = all.subList(from, Math.min(all.size(), from + Bucket.PAGE));
                try {
                    List<String> failed = parts.bucket().delete(page);
                    if (!failed.isEmpty()) {
                        throw new WalException(
                                Reason.TRANSIENT,
                                failed.size() + " objects could not be removed, such as '" + failed.get(0) + "'");
                    }
                } catch (BucketException e) {
                    throw e.toWal("remove " + page.size() + " objects, such as '" + page.get(0) + "'");
                }
            }
            return true;
        });
    }
}
