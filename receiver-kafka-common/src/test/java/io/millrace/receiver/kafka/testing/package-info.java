// SPDX-License-Identifier: Apache-2.0

/** What the tests of both receivers need: an engine's side to run against, and topics with records in them. */
@NullMarked
package io.millrace.receiver.kafka.testing;

import org.jspecify.annotations.NullMarked;
