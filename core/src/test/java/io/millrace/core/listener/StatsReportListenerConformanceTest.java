// SPDX-License-Identifier: Apache-2.0
package io.millrace.core.listener;

import io.millrace.api.listener.StatsReportListener;
import io.millrace.spi.listener.ListenerProvider;
import io.millrace.testkit.listener.StreamingListenerConformance;

class StatsReportListenerConformanceTest extends StreamingListenerConformance {
    @Override
    protected ListenerProvider provider() {
        return new GivenListeners("stats", () -> new StatsReportListener(3, report -> {}));
    }
}
