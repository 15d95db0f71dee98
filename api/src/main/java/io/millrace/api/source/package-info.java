// SPDX-License-Identifier: Apache-2.0
/** What comes in: sources, the views of their records, positions and ranges in them. */
@NullMarked
package io.millrace.api.source;

import org.jspecify.annotations.NullMarked;
