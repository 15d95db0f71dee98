// SPDX-License-Identifier: Apache-2.0

/** The reliable Kafka receiver: it acknowledges what the log and the ledger hold. */
@NullMarked
package io.millrace.receiver.kafka.reliable;

import org.jspecify.annotations.NullMarked;
