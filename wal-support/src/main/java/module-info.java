// SPDX-License-Identifier: Apache-2.0

/** How a log is laid out in files; bundled by plugins whose medium is file-like. */
module io.millrace.wal.support {
    requires static org.jspecify;

    exports io.millrace.wal.support;
}
