// SPDX-License-Identifier: Apache-2.0

/** What proves that an implementation of an SPI is right: one class to extend per SPI. */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
