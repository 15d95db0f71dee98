// SPDX-License-Identifier: Apache-2.0
/** The acceptance scenarios: each test has the id of the one that it covers in its name. */
@NullMarked
package io.millrace.core.scenario;

import org.jspecify.annotations.NullMarked;
