// SPDX-License-Identifier: Apache-2.0

/** The engine that runs a program: one composition root that wires all its parts. */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;
