// SPDX-License-Identifier: Apache-2.0
/** Batches into topics of Kafka, exactly once: the records and the batch's time are one transaction. */
@NullMarked
package io.millrace.sink.kafka;

import org.jspecify.annotations.NullMarked;
