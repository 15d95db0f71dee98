// SPDX-License-Identifier: Apache-2.0
/**
 * The graph, compiled once: stages of fused operators that push elements from one to the next, and the tables that
 * combine them. A batch is a parameter to the plan.
 */
@NullMarked
package io.millrace.core.plan;

import org.jspecify.annotations.NullMarked;
