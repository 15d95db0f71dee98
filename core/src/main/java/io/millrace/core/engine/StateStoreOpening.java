// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.engine;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.core.encryption.Encryption;
import io.millrace.core.plugin.ClassLoaderSafe;
import io.millrace.core.plugin.EnginePluginContext;
import io.millrace.core.plugin.PluginCall;
import io.millrace.core.plugin.ProviderRegistry;
import io.millrace.core.spill.SnapshotLog;
import io.millrace.core.spill.SpillTables;
import io.millrace.core.state.State;
import io.millrace.core.state.StateTables;
import io.millrace.spi.plugin.ProviderSource.Found;
import io.millrace.spi.state.StateStore;
import io.millrace.spi.state.StateStoreProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the store for state beyond memory, if the program has one. */
final class StateStoreOpening {
    private static final Logger LOG = LoggerFactory.getLogger(StateStoreOpening.class);
    private static final String INSTANCE = "state-store";

    private StateStoreOpening() {}

    static StateTables open(Program program, ProviderRegistry providers, Logs logs, Resources resources, long memory) {
        Optional<String> name = program.settings().find(EngineOptions.STATE_STORE);
        Map<String, String> settings = program.below(EngineOptions.STATE_STORE.key() + ".");
        if (name.isEmpty()) {
            if (!settings.isEmpty()) {
                throw new MillraceException(
                        ErrorCode.USER_CONFIG,
                        "'" + EngineOptions.STATE_STORE.key() + "."
                                + settings.keySet().iterator().next() + "' is set, but no state store: set "
                                + EngineOptions.STATE_STORE.key() + ", such as to mvstore, or leave it out");
            }
            return StateTables.IN_MEMORY;
        }
        Found<StateStoreProvider> found = providers.find(StateStoreProvider.class, name.get());
        EnginePluginContext context =
                resources.add("state store context", program.context(found, INSTANCE, settings, program.onFailure()));
        List<State> states = program.graph().states();
        List<String> stay = states.stream()
                .filter(state -> !state.spills())
                .map(State::name)
                .toList();
        if (!stay.isEmpty()) {
            LOG.warn("States {} of program '{}' stay in memory, whatever they hold", stay, program.id());
        }
        if (stay.size() == states.size()) {
            return StateTables.IN_MEMORY;
        }
        StateStore store = resources.add(
                "state store",
                PluginCall.of(
                        found,
                        "open the state store '" + name.get() + "'",
                        provider -> ClassLoaderSafe.stateStore(provider.open(context), found.loader())));
        return new SpillTables(
                store, memory, new SnapshotLog(logs.state()), logs.encryption() != Encryption.NONE, context.metrics());
    }
}
