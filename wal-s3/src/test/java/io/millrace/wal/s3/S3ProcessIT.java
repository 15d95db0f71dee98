// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.servers.S3Server;
import io.millrace.servers.junit.RealS3;
import java.util.UUID;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that die or sleep on a real server. */
@ExtendWith(RealS3.class)
class S3ProcessIT extends S3Processes {
    S3ProcessIT(S3Server server) {
        super("processes-" + UUID.randomUUID(), server.settings());
        server.createBucket(bucket());
    }
}
