// SPDX-License-Identifier: Apache-2.0
package io.millrace.testkit.listener;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.api.listener.StreamingListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.spi.plugin.ConfigOption;
import io.millrace.spi.plugin.ConfigSpec;
import io.millrace.spi.plugin.PluginContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Provides {@link JournalListener}s. Of what outlives them there is one thing: which journals are locked. */
final class JournalProvider implements ListenerProvider {
    private static final ConfigOption<String> COLOUR =
            ConfigOption.text("colour", "what the journal is written in").withDefault("black");

    private final ListenerFlaw flaw;
    private final Set<String> locked = ConcurrentHashMap.newKeySet();
    private @Nullable JournalListener shared;
    private final List<JournalListener> made = new ArrayList<>();

    JournalProvider(ListenerFlaw flaw) {
        this.flaw = flaw;
    }

    @Override
    public String name() {
        return "journal";
    }

    @Override
    public ConfigSpec config() {
        return ConfigSpec.of(COLOUR);
    }

    @Override
    public StreamingListener create(PluginContext context) {
        refuse(context);
        if (flaw == ListenerFlaw.IS_SHARED) {
            if (shared == null) {
                shared = new JournalListener(context, flaw, locked, made);
            }
            return shared;
        }
        JournalListener listener = new JournalListener(context, flaw, locked, made);
        made.add(listener);
        return listener;
    }

    private void refuse(PluginContext context) {
        String colour = context.settings().get(COLOUR);
        if (!colour.equals("invisible") || flaw == ListenerFlaw.TAKES_ANYTHING) {
            return;
        }
        switch (flaw) {
            case REFUSES_WITHOUT_A_CODE -> throw new IllegalArgumentException("colour = " + colour);
            case REFUSES_WITHOUT_THE_VALUE ->
                throw new MillraceException(ErrorCode.USER_CONFIG, "the colour cannot be used");
            case LEAKS_WHEN_IT_REFUSES ->
                context.threads().newThread(JournalProvider::waitLong).start();
            default -> {}
        }
        throw new MillraceException(
                ErrorCode.USER_CONFIG, "setting 'colour' = '" + colour + "' is not usable: nobody could read it");
    }

    static void waitLong() {
        try {
            TimeUnit.MINUTES.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
