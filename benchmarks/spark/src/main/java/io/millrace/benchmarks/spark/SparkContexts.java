// SPDX-License-Identifier: Apache-2.0
package io.millrace.benchmarks.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** How Spark is started here: in one process, without its page. */
final class SparkContexts {
    private SparkContexts() {}

    static JavaStreamingContext local(int parallelism, long intervalMillis) {
        SparkConf conf = new SparkConf()
                .setAppName("benchmark")
                .setMaster("local[" + parallelism + "]")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1");
        return new JavaStreamingContext(conf, Durations.milliseconds(intervalMillis));
    }
}
