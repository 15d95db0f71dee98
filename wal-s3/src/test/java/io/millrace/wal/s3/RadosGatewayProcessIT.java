// SPDX-License-Identifier: Apache-2.0
package io.millrace.wal.s3;

import io.millrace.servers.RadosGateway;
import io.millrace.servers.junit.RealRadosGateway;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that die or sleep on a second real S3 server, Ceph's. Needs packages of the operating system. */
@Tag("long")
@ExtendWith(RealRadosGateway.class)
class RadosGatewayProcessIT extends S3Processes {
    RadosGatewayProcessIT(RadosGateway server) {
        super("processes-" + UUID.randomUUID(), server.settings());
        NumberingMain.createBucket(bucket(), server.settings());
    }
}
