// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.direct;

import io.millrace.receiver.kafka.testing.GroupStartContract;

class GroupStartIT extends GroupStartContract {
    GroupStartIT() {
        super(KafkaDirectProvider.NAME);
    }
}
