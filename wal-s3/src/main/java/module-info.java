// SPDX-License-Identifier: Apache-2.0
/**
 * The log on S3 and on stores that speak its protocol.
 *
 * @provides io.millrace.spi.wal.WalStoreProvider {@code s3}
 */
@SuppressWarnings("module") // a name that ends in a digit is the field's own here
module io.millrace.wal.s3 {
    requires transitive io.millrace.api;
    requires transitive software.amazon.awssdk.auth;
    // The HTTP client's jars are automatic modules, which bring no modules of the JDK with them
    requires java.naming;
    requires jdk.net;
    requires org.slf4j;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.apache5;
    requires software.amazon.awssdk.identity.spi;
    requires software.amazon.awssdk.profiles;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries;
    requires software.amazon.awssdk.retries.api;
    requires software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.utils;
    requires static org.jspecify;

    exports io.millrace.wal.s3;

    provides io.millrace.spi.wal.WalStoreProvider with
            io.millrace.wal.s3.S3WalStoreProvider;
}
