// SPDX-License-Identifier: Apache-2.0
/**
 * What a program is written in ({@code io.millrace.api}) and what a plugin implements ({@code io.millrace.spi}). Depends
 * on nothing.
 *
 * @uses io.millrace.spi.engine.EngineProvider the engine, found when a context is built
 */
module io.millrace.api {
    requires static transitive org.jspecify;

    exports io.millrace.api;
    exports io.millrace.api.codec;
    exports io.millrace.api.function;
    exports io.millrace.api.listener;
    exports io.millrace.api.sink;
    exports io.millrace.api.source;
    exports io.millrace.spi.direct;
    exports io.millrace.spi.engine;
    exports io.millrace.spi.listener;
    exports io.millrace.spi.plugin;
    exports io.millrace.spi.receiver;
    exports io.millrace.spi.scheduler;
    exports io.millrace.spi.sink;
    exports io.millrace.spi.state;
    exports io.millrace.spi.wal;

    uses io.millrace.spi.engine.EngineProvider;
}
