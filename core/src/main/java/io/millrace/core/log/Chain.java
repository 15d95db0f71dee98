// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.encryption.Encryption;
import io.millrace.core.encryption.Link;
import io.millrace.core.encryption.Tag;
import org.jspecify.annotations.Nullable;

/**
 * What may follow what in a log that is encrypted (EN-24): first what is not, then entries without links, then those with
 * links, each of which names the tag of the one before. So an entry, a frame or a segment that was taken out, put in or
 * taken from another life of the log is noticed by what follows it. Of the first entry that is read nothing can be said:
 * what was before it may have been trimmed. Used by one thread at a time.
 */
final class Chain {
    private enum Last {
        NOTHING,
        PLAIN,
        UNLINKED,
        LINKED
    }

    /** Of a log that is not encrypted. */
    static final Link NONE = new Link(Tag.NONE, Tag.NONE);

    private Last last = Last.NOTHING;
    private Tag tag = Tag.NONE;
    private boolean amid;
    private @Nullable Tag log;

    /** Goes on behind an entry without a look at it. */
    void pass(byte[] bytes, int from, int length) {
        follow(bytes, from, length, Encryption.claimedLink(bytes, from, length).orElse(null));
    }

    /**
     * Goes on behind an entry that was opened.
     *
     * @param link what it says of the one before; null if it has no link or is not encrypted
     * @return why it cannot be here; null if it can
     */
    @Nullable
    String accept(byte[] bytes, int from, int length, @Nullable Link link) {
        String problem = problem(Encryption.isEnvelope(bytes, from, length), link);
        amid |= last == Last.NOTHING && link != null && !link.previous().equals(Tag.NONE);
        if (problem == null) {
            follow(bytes, from, length, link);
        }
        return problem;
    }

    private @Nullable String problem(boolean encrypted, @Nullable Link link) {
        if (!encrypted) {
            return last == Last.UNLINKED || last == Last.LINKED
                    ? "an entry that is not encrypted follows one that is: it was put there from outside"
                    : null;
        }
        if (link == null) {
            return last == Last.LINKED
                    ? "an entry in version 1 of the encryption follows one in version 2: it was put there from outside"
                    : null;
        }
        if (log != null && !log.equals(link.log())) {
            return "an entry is of another log than the one before it: it was put there from outside";
        }
        return last == Last.NOTHING || tag.equals(link.previous())
                ? null
                : "an entry does not follow the one before it, though both are whole: the entries between"
                        + " them were removed, added or replaced from outside";
    }

    private void follow(byte[] bytes, int from, int length, @Nullable Link link) {
        if (link != null) {
            last = Last.LINKED;
            log = link.log();
        } else {
            last = Encryption.isEnvelope(bytes, from, length) ? Last.UNLINKED : Last.PLAIN;
        }
        tag = last == Last.PLAIN || length < Tag.BYTES ? Tag.NONE : Tag.endOf(bytes, from, length);
    }

    /** What the next entry says of this log: what it was known by so far, or a name that it gets now. */
    Link next() {
        return new Link(log == null ? Tag.random() : log, tag);
    }

    /** Whether the first entry says that there was one before it. */
    boolean beginsAmid() {
        return amid;
    }

    /** Whether an entry was read. */
    boolean begun() {
        return last != Last.NOTHING;
    }
}
