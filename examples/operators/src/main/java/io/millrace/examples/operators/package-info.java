// SPDX-License-Identifier: Apache-2.0
/** What the pages on operators show: a class for each family, whose methods take streams and return streams. */
package io.millrace.examples.operators;
