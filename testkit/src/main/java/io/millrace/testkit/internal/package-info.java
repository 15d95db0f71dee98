// SPDX-License-Identifier: Apache-2.0
/** What the suites of the kit share: waiting, time that passes by itself, meters that nobody reads. */
@NullMarked
package io.millrace.testkit.internal;

import org.jspecify.annotations.NullMarked;
