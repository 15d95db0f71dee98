// SPDX-License-Identifier: Apache-2.0
/**
 * The log on S3: every append is an object of its own that is created only if its key is free, so that the store's
 * conditional write decides who wrote what. {@code docs/spec/wal-s3.md} is the layout and the protocol.
 */
@NullMarked
package io.millrace.wal.s3;

import org.jspecify.annotations.NullMarked;
