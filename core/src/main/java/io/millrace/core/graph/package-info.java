// SPDX-License-Identifier: Apache-2.0
/** What a program declared: nodes, and the streams that make them. Declaring computes nothing. */
@NullMarked
package io.millrace.core.graph;

import org.jspecify.annotations.NullMarked;
