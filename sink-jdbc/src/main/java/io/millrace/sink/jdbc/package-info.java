// SPDX-License-Identifier: Apache-2.0
/** Batches into tables of a database, exactly once: the rows and the batch's time are one transaction. */
@NullMarked
package io.millrace.sink.jdbc;

import org.jspecify.annotations.NullMarked;
