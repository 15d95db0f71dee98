// SPDX-License-Identifier: Apache-2.0
/** Tests of codecs: {@code docs/spec/codec.md}. */
@NullMarked
package io.millrace.testkit.codec;

import org.jspecify.annotations.NullMarked;
