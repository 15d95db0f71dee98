// SPDX-License-Identifier: Apache-2.0

/** A receiver of the lines of a file that grows. */
package ${package};
