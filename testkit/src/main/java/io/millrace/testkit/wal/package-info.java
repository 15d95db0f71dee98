// SPDX-License-Identifier: Apache-2.0

/** What proves that a store of logs is right, and a store that fails when a test tells it to. */
@NullMarked
package io.millrace.testkit.wal;

import org.jspecify.annotations.NullMarked;
