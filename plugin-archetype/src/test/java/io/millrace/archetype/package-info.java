// SPDX-License-Identifier: Apache-2.0
/** Makes a project from the packaged archetype, and builds it. */
@NullMarked
package io.millrace.archetype;

import org.jspecify.annotations.NullMarked;
