// SPDX-License-Identifier: Apache-2.0
/** Benches of the plugins that are built in: what feeds their sources and looks at their targets. */
@NullMarked
package io.millrace.cli.bench;

import org.jspecify.annotations.NullMarked;
