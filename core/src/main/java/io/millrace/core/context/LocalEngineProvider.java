// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.context;

import io.millrace.api.StreamingContext;
import io.millrace.spi.engine.ContextOptions;
import io.millrace.spi.engine.EngineProvider;

/** Makes contexts that run in this process. */
public final class LocalEngineProvider implements EngineProvider {
    @Override
    public StreamingContext create(ContextOptions options) {
        return new ProgramContext(options);
    }
}
