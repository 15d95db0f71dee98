// SPDX-License-Identifier: Apache-2.0

/** Real servers, each a child JVM that ends with its parent. */
@NullMarked
package io.millrace.servers;

import org.jspecify.annotations.NullMarked;
