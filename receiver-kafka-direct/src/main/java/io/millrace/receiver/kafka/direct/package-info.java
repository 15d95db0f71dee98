// SPDX-License-Identifier: Apache-2.0

/** The direct Kafka receiver: each batch is a set of offset ranges. */
@NullMarked
package io.millrace.receiver.kafka.direct;

import org.jspecify.annotations.NullMarked;
