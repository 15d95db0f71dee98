// SPDX-License-Identifier: Apache-2.0

/**
 * The demo: a supervisor that starts a broker, feeds it, runs a word count in an engine process of its own, and compares
 * what came out with what went in.
 */
@NullMarked
package io.millrace.cli.demo;

import org.jspecify.annotations.NullMarked;
