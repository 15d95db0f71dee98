// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.engine;

import io.millrace.api.StreamingContext;

/**
 * Makes streaming contexts. Found by {@link java.util.ServiceLoader}.
 *
 * @since 0.1
 */
public interface EngineProvider {
    /**
     * Makes a context that is not started.
     *
     * @throws io.millrace.api.MillraceException if an option is unknown or unusable
     */
    StreamingContext create(ContextOptions options);
}
