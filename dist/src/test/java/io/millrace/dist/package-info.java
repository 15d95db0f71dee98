// SPDX-License-Identifier: Apache-2.0
/** Tests of the product as it is packaged, and of the rules that span its modules. */
@NullMarked
package io.millrace.dist;

import org.jspecify.annotations.NullMarked;
