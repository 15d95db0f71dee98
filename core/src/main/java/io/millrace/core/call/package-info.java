// SPDX-License-Identifier: Apache-2.0
/** How the engine's threads meet code that is not the engine's. */
@NullMarked
package io.millrace.core.call;

import org.jspecify.annotations.NullMarked;
