// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.log;

import io.millrace.core.encryption.Tag;

/**
 * The tag of the last entry of a frame, as the frame was made last: a frame that is made again has another one, and so has
 * every frame behind it, which a store asks for again, too, and after it (W-20).
 */
final class FrameEnd {
    private volatile Tag tag;

    FrameEnd(Tag tag) {
        this.tag = tag;
    }

    Tag tag() {
        return tag;
    }

    void set(Tag last) {
        tag = last;
    }
}
