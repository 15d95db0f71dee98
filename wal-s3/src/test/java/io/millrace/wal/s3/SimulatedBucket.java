// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.wal.s3.BucketException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bucket in memory that fails as a {@link Plan} says: writes that are carried out without an answer, later, twice or not
 * at all; errors of every kind; lists that are old; deletes that are partial. A write is decided in one instant, as S3
 * promises, and nothing else is promised.
 */
final class SimulatedBucket implements Bucket {
    /** So that every list has several. */
    private static final int SHORT_PAGE = 7;

    private final TreeMap<String, Held> objects = new TreeMap<>();
    private final List<Runnable> late = new ArrayList<>();
    private TreeMap<String, Held> oldView = new TreeMap<>();
    private volatile Plan plan = request -> Fate.DONE;

    /** An object. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Held(String putId, byte[] content) {}

    /** What becomes of a request. */
    enum Fate {
        /** It is carried out and answered. */
        DONE,
        /** It is carried out, and the answer is lost. */
        DONE_UNANSWERED,
        /** It is lost. */
        LOST,
        /** Nobody answers; {@link #carryOutLate} carries it out. */
        LATE,
        /** It is carried out and answered, and once more later. */
        TWICE,
        /** The server fails and does nothing. */
        ERROR,
        /** The server asks to slow down and does nothing. */
        SLOW_DOWN,
        /** Another write to the key is under way. */
        CONFLICT,
        /** There is no room. */
        FULL,
        /** It is not allowed. */
        DENIED,
        /** The clock of who asks is off. */
        SKEWED,
        /** A list shows what was there when {@link #rememberLists} was called; a delete leaves all but the first. */
        OLD_OR_PARTIAL
    }

    /** A request: append, fence, find, read, list or delete, and the key. */
    record Request(String kind, String key) {
        boolean creates(String part) {
            return (kind.equals("append") || kind.equals("fence")) && key.contains(part);
        }

        /** Whether it creates an object that is no fence. */
        boolean appends(String part) {
            return kind.equals("append") && key.contains(part);
        }
    }

    /** Decides. */
    interface Plan {
        Fate of(Request request);
    }

    void plan(Plan next) {
        plan = next;
    }

    /** Carries out what was late, in the order of the requests. */
    void carryOutLate() {
        List<Runnable> now;
        synchronized (this) {
            now = List.copyOf(late);
            late.clear();
        }
        now.forEach(Runnable::run);
    }

    /** What an old list shows. */
    synchronized void rememberLists() {
        oldView = new TreeMap<>(objects);
    }

    synchronized List<String> keys(Predicate<String> which) {
        return objects.keySet().stream().filter(which).toList();
    }

    /** Takes an object away, as a damaged medium or a life-cycle rule would. */
    synchronized void lose(String key) {
        objects.remove(key);
    }

    private Fate fate(String kind, String key) {
        Fate fate = plan.of(new Request(kind, key));
        switch (fate) {
            case LOST, ERROR -> throw new BucketException(Kind.UNANSWERED, "simulated " + fate + " " + key, null);
            case SLOW_DOWN -> throw new BucketException(Kind.SLOW_DOWN, "simulated 503", null);
            case CONFLICT -> throw new BucketException(Kind.CONFLICT, "simulated 409", null);
            case FULL -> throw new BucketException(Kind.FULL, "simulated 507", null);
            case SKEWED -> throw new BucketException(Kind.SKEWED, "simulated skew", null);
            case DENIED -> throw new BucketException(Kind.DENIED, "simulated 403", null);
            default -> {}
        }
        return fate;
    }

    @Override
    public boolean create(String key, String putId, ByteBuffer... content) {
        Held stored = new Held(putId, copy(content));
        Fate fate = fate(stored.content().length == 0 ? "fence" : "append", key);
        if (fate == Fate.LATE || fate == Fate.TWICE) {
            synchronized (this) {
                late.add(() -> put(key, stored));
            }
        }
        if (fate == Fate.LATE) {
            throw new BucketException(Kind.UNANSWERED, "simulated timeout " + key, null);
        }
        boolean created = put(key, stored);
        if (fate == Fate.DONE_UNANSWERED) {
            throw new BucketException(Kind.UNANSWERED, "simulated lost answer " + key, null);
        }
        return created;
    }

    private synchronized boolean put(String key, Held stored) {
        return objects.putIfAbsent(key, stored) == null;
    }

    private static byte[] copy(ByteBuffer... content) {
        int length = 0;
        for (ByteBuffer part : content) {
            length += part.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (ByteBuffer part : content) {
            all.put(part.duplicate());
        }
        return all.array();
    }

    @Override
    public @Nullable Stored find(String key) {
        fate("find", key);
        synchronized (this) {
            Held found = objects.get(key);
            return found == null ? null : new Stored(found.content().length, found.putId());
        }
    }

    @Override
    public int read(String key, long offset, ByteBuffer into) {
        fate("read", key);
        synchronized (this) {
            Held found = objects.get(key);
            if (found == null) {
                throw new BucketException(Kind.ABSENT, "simulated 404 " + key, null);
            }
            int count = (int) Math.max(0, Math.min(into.remaining(), found.content().length - offset));
            into.put(found.content(), (int) Math.min(offset, found.content().length), count);
            return count;
        }
    }

    @Override
    public Page list(String prefix, String after) {
        Fate fate = fate("list", prefix);
        synchronized (this) {
            TreeMap<String, Held> shown = fate == Fate.OLD_OR_PARTIAL ? oldView : objects;
            List<Listed> page = shown
                    .tailMap(after.compareTo(prefix) > 0 ? after : prefix, after.isEmpty() || !after.startsWith(prefix))
                    .entrySet()
                    .stream()
                    .takeWhile(object -> object.getKey().startsWith(prefix))
                    .filter(object -> object.getKey().compareTo(after) > 0)
                    .limit(SHORT_PAGE)
                    .map(object -> new Listed(object.getKey(), object.getValue().content().length))
                    .toList();
            return new Page(page, page.size() == SHORT_PAGE);
        }
    }

    @Override
    public List<String> delete(List<String> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        Fate fate = fate("delete", keys.get(0));
        synchronized (this) {
            List<String> removed = fate == Fate.OLD_OR_PARTIAL ? keys.subList(0, 1) : keys;
            removed.forEach(objects::remove);
            return keys.subList(removed.size(), keys.size());
        }
    }

    @Override
    public void close() {}
}
