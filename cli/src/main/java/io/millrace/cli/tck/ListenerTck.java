// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli.tck;

import io.millrace.spi.listener.ListenerProvider;
import io.millrace.testkit.listener.StreamingListenerConformance;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;

/** The suite of listeners, on instances that the host made: it needs nothing but settings. */
@ExtendWith(SubjectResolver.class)
class ListenerTck extends StreamingListenerConformance {
    private final ListenerProvider provider;
    private final Map<String, String> settings;

    ListenerTck(Subject subject) {
        this.provider = subject.trial().listener(subject.found());
        this.settings = subject.given();
    }

    @Override
    protected ListenerProvider provider() {
        return provider;
    }

    @Override
    protected Map<String, String> settings() {
        return settings;
    }
}
