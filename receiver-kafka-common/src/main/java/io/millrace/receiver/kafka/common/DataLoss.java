// SPDX-License-Identifier: Apache-2.0
package io.millrace.receiver.kafka.common;

/** What to do about records that were to be read and that Kafka no longer has. */
public enum DataLoss {
    /** Stop with an error. */
    FAIL,
    /** Report what is gone, and go on without it. */
    REPORT
}
