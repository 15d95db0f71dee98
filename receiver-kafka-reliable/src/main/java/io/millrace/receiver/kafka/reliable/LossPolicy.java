// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.MillraceException;
import io.millrace.api.source.Position;
import io.millrace.receiver.kafka.common.DataLoss;
import io.millrace.receiver.kafka.common.KafkaSettings;
import io.millrace.receiver.kafka.common.Loss;
import io.millrace.spi.receiver.ReceiverContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What to do about records that Kafka no longer has. Only what retention took can be passed over: the ledger's positions
 * do not go back, which they would have to for a truncated log or a topic made anew.
 */
final class LossPolicy {
    private final KafkaSettings settings;
    private final DataLoss policy;
    private final ReceiverContext context;

    LossPolicy(KafkaSettings settings, DataLoss policy, ReceiverContext context) {
        this.settings = settings;
        this.policy = policy;
        this.context = context;
    }

    /**
     * Judges.
     *
     * @return by partition, where to go on instead
     * @throws MillraceException if it is not to go on
     */
    Map<String, Position> judge(List<Loss> losses) {
        Map<String, Position> instead = new HashMap<>();
        for (Loss loss : losses) {
            boolean passable = loss.why() == Loss.Why.RETENTION;
            if (policy == DataLoss.FAIL || !passable) {
                throw refused(losses, passable);
            }
            instead.put(loss.partition().toString(), loss.extent().beginning());
        }
        for (Loss loss : losses) {
            MillraceException report = settings.refused(loss + "; what lies between is lost ('on.data.loss' = report)");
            context.reportError(String.valueOf(report.getMessage()), report);
        }
        return instead;
    }

    private MillraceException refused(List<Loss> losses, boolean passable) {
        return settings.refused(losses.stream().map(Loss::toString).collect(Collectors.joining("; "))
                + (passable
                        ? "; set 'on.data.loss' = report to go on without what is lost, or give the stream a new name to"
                                + " begin anew"
                        : "; give the stream a new name to begin anew by 'start'"));
    }
}
