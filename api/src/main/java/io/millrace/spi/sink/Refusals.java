// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.sink;

import io.millrace.api.Experimental;
import org.jspecify.annotations.Nullable;

/**
 * Takes the elements of a batch that a target refuses for what they are, such as a row that breaks a constraint. The
 * program says what is done with them: {@code records.on-error}, or the output's policy. Given to
 * {@link Sink.Transactional#commit(io.millrace.api.Batch, Refusals)}, and used by the calling thread until that returns.
 *
 * @since 0.1
 */
@Experimental
public interface Refusals {
    /**
     * The target refuses an element, of which it will have nothing. To be called once for each such element and call of
     * {@code commit}.
     *
     * @param why what the target said
     * @throws Exception if the batch is not to be committed without the element: the sink takes back what it has begun,
     *     and lets this through as it is
     */
    void refuse(@Nullable Object element, Throwable why) throws Exception;

    /**
     * Everything is sent that the target takes, and the commit is next. When this has returned, what was refused is kept
     * durably, if it is to be kept. To be called by a sink that has refused something.
     *
     * @throws Exception if that failed: the batch is not to be committed
     */
    void settle() throws Exception;

    /** For a caller that does without nothing: {@link #refuse} throws what the target said. */
    static Refusals strict() {
        return new Refusals() {
            @Override
            public void refuse(@Nullable Object element, Throwable why) throws Exception {
                throw why instanceof Exception refusal ? refusal : new IllegalStateException(why);
            }

            @Override
            public void settle() {}
        };
    }
}
