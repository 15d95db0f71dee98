// SPDX-License-Identifier: Apache-2.0

/** The {@code millrace} command: one class per subcommand. */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
