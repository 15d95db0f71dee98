// SPDX-License-Identifier: Apache-2.0

/** What both Kafka receivers share: clients, configuration and positions. */
@NullMarked
package io.millrace.receiver.kafka.common;

import org.jspecify.annotations.NullMarked;
