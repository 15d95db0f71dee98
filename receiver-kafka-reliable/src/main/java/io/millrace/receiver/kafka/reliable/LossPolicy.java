// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.api.ErrorCode;
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
 * What to do about records that Kafka no longer has. A receiver that starts goes on without them if the policy allows, and
 * records that durably; one that runs is replaced by one that starts.
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
     * Judges at a start.
     *
     * @return by partition, where to go on instead
     * @throws MillraceException if it is not to go on
     */
    Map<String, Position> judge(List<Loss> losses) throws InterruptedException {
        Map<String, Position> instead = new HashMap<>();
        if (losses.isEmpty()) {
            return instead;
        }
        if (policy == DataLoss.FAIL) {
            throw ended(losses.stream().map(Loss::toString).collect(Collectors.joining("; ")));
        }
        context.lost(losses.stream().map(Loss::range).toList());
        for (Loss loss : losses) {
            instead.put(loss.partition().toString(), loss.on());
            MillraceException report = settings.refused(loss + "; what lies between is lost ('on.data.loss' = report)");
            context.reportError(String.valueOf(report.getMessage()), report);
        }
        return instead;
    }

    /** What a receiver that runs ends with: for good, or to be replaced by one that goes on without what is lost. */
    MillraceException ended(String what) {
        return policy == DataLoss.FAIL
                ? settings.refused(
                        what + "; set 'on.data.loss' = report to go on without what is lost, or give the stream a"
                                + " new name to begin anew")
                : new MillraceException(
                        ErrorCode.EXTERNAL_SYSTEM,
                        settings.owner() + ": " + what
                                + "; the receiver is started again and goes on without what is lost ('on.data.loss' ="
                                + " report)");
    }
}
