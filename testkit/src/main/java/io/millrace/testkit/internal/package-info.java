// SPDX-License-Identifier: Apache-2.0
/** What the suites of the kit share: waiting, time that passes by itself, meters that are not read. */
@NullMarked
package io.millrace.testkit.internal;

import org.jspecify.annotations.NullMarked;
