// SPDX-License-Identifier: Apache-2.0
package io.millrace.api;

public class MillraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
