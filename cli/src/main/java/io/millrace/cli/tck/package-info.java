// SPDX-License-Identifier: Apache-2.0

/** {@code millrace tck}: the conformance kit run against a plugin that the host loaded, and what it found. */
@NullMarked
package io.millrace.cli.tck;

import org.jspecify.annotations.NullMarked;
