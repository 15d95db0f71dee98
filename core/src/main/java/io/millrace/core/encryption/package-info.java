// SPDX-License-Identifier: Apache-2.0

/**
 * What makes bytes unreadable before they reach a medium and readable again: one envelope, keys by id, and nothing of
 * logs or files. The format is {@code docs/spec/encryption.md}; the JDK does the cryptography.
 */
@NullMarked
package io.millrace.core.encryption;

import org.jspecify.annotations.NullMarked;
