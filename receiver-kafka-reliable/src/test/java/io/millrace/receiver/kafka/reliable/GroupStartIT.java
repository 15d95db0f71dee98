// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.reliable;

import io.millrace.receiver.kafka.testing.GroupStartContract;

class GroupStartIT extends GroupStartContract {
    GroupStartIT() {
        super(KafkaReliableProvider.NAME);
    }
}
