// SPDX-License-Identifier: Apache-2.0

/** What a program is written in and what a plugin implements. */
module io.millrace.api {
    requires static org.jspecify;
}
