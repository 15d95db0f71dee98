// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.wal.s3.Bucket.Listed;
import io.millrace.wal.s3.Bucket.Page;
import java.util.function.Consumer;

/** Lists of any length, page by page. */
final class Listing {
    private Listing() {}

    /** Shows every object whose key begins with {@code prefix} and is greater than {@code after}, in order. */
    static void each(Bucket bucket, String prefix, String after, Consumer<Listed> visitor) {
        String last = after;
        Page page;
        do {
            page = bucket.list(prefix, last);
            for (Listed object : page.objects()) {
                visitor.accept(object);
                last = object.key();
            }
        } while (page.more() && !page.objects().isEmpty());
    }
}
