// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import io.millrace.api.listener.ProgressListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.testkit.listener.StreamingListenerConformance;

class ProgressListenerConformanceTest extends StreamingListenerConformance {
    @Override
    protected ListenerProvider provider() {
        return new GivenListeners("progress", () -> new ProgressListener(100));
    }
}
