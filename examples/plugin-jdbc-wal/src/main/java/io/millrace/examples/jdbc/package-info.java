// SPDX-License-Identifier: Apache-2.0

/** A plugin for databases: a log store in three tables, and a receiver of a table's rows. */
package io.millrace.examples.jdbc;
