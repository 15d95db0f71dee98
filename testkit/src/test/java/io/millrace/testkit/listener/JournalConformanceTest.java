// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import io.millrace.spi.listener.ListenerProvider;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The listener that has no flaw; those of the zoo extend it. */
class JournalConformanceTest extends StreamingListenerConformance {
    private @Nullable JournalProvider provider;

    ListenerFlaw flaw() {
        return ListenerFlaw.NONE;
    }

    @Override
    protected ListenerProvider provider() {
        if (provider == null) {
            provider = new JournalProvider(flaw());
        }
        return provider;
    }

    @Override
    protected List<Map<String, String>> unusable() {
        return List.of(Map.of("colour", "invisible"));
    }
}
